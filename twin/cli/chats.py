"""`twin chats`: which chats there are, and which of them take no part; and what is stale because of that."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twin.cli.options import JsonOption, WorkspaceOption, app
from twin.cli.show import put_result, say, shown
from twin.errors import UsageError
from twin.schema import ChatKind

if TYPE_CHECKING:
    from twin.history import ChatSummary, Choice, History
    from twin.workspace import Workspace

chats_app = typer.Typer(help="Show your chats, and say which of them take no part.", rich_markup_mode=None, invoke_without_command=True)
app.add_typer(chats_app, name="chats")
ChatsArgument = Annotated[list[str], typer.Argument(metavar="CHAT...", help="Chats by name or id, as twin chats lists them.")]
_CHATS = {"ignore_unknown_options": True}  # the id of a group begins with a dash


@chats_app.callback()
def chats(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show your chats, and say which of them take no part."""
    if context.invoked_subcommand is None:
        list_chats(workspace, as_json)
    elif workspace or as_json:
        raise UsageError(f"--workspace and --json go behind the command: twin chats {context.invoked_subcommand} ... --json")


@chats_app.command("list")
def list_chats(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List every chat in history, most messages first."""
    from twin.history import open_history
    from twin.workspace import find_workspace

    with open_history(find_workspace(at=workspace).history) as history:
        summaries = history.summaries()
    put_result({"chats": [chat.to_json() for chat in summaries]}, as_json, *_chat_table(summaries))


@chats_app.command(context_settings=_CHATS)
def exclude(chats: ChatsArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Keep chats in history, but learn nothing from them, and export them no more."""
    from twin.history import History

    _choose(chats, workspace, as_json, History.exclude, "excluded", "next: twin prepare")


@chats_app.command(context_settings=_CHATS)
def include(chats: ChatsArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Take back that chats are excluded or forgotten. A forgotten one comes again with the next import or export."""
    from twin.history import History

    _choose(chats, workspace, as_json, History.include, "take part again", "next: twin prepare; import or export before it what was forgotten")


@chats_app.command(context_settings=_CHATS)
def forget(chats: ChatsArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Delete chats from history with what you said to the twin as these people, and keep them out of it from now on."""
    from twin.history import History

    _choose(chats, workspace, as_json, History.forget, "forgotten", "next: twin prepare", also=_forget_conversations)


def _forget_conversations(place: Workspace, chats: Sequence[ChatSummary], others: Sequence[ChatSummary]) -> int:
    """Deletes the conversations with the twin as one of these, and as none of the others; returns how many they were."""
    from twin.conversations import Conversations
    from twin.prompts import one_line

    if not place.conversations.exists():
        return 0
    deleted = 0
    with closing(Conversations(place.conversations)) as kept:
        for chat in chats:
            if not (chat.name and chat.kind):  # forgotten before
                continue
            if any((other.name, other.kind) == (chat.name, chat.kind) for other in others):
                say(f"what you said to the twin as {shown(chat.name)} is kept, as another chat has that name; delete it on the page: twin ui")
            else:
                names = {form for name in (chat.name, other_name(place, chat.name)) for form in (name, one_line(name))}
                deleted += kept.forget(names, ChatKind(chat.kind))
    return deleted


def _choose(
    wanted: list[str],
    workspace: Path | None,
    as_json: bool,
    change: Callable[[History, int], int | None],
    done: str,
    following: str,
    *,
    also: Callable[[Workspace, Sequence[ChatSummary], Sequence[ChatSummary]], int] = lambda place, chats, others: 0,
) -> None:
    """Changes what was chosen about all of some chats or, where one of them is not to be found, about none.

    `also` comes before: what it does is done again where the change then fails and the person repeats the command, by when the names would be gone.
    """
    from twin.history import History, find_chats
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    with History(place.history) as history:
        summaries, before = history.summaries(), history.choices()
        chosen = find_chats(summaries, wanted)
        conversations = also(place, [chat for chat in summaries if chat.id in chosen], [chat for chat in summaries if chat.id not in chosen])
        with history.transaction():
            deleted = sum(change(history, chat) or 0 for chat in chosen)
        after = history.choices()
        if any(after.get(chat) == "forgotten" for chat in chosen):
            history.erase_deleted()
    changed = [chat for chat in chosen if before.get(chat) != after.get(chat)]
    if changed:  # what is made by itself whenever it is needed goes at once, so that nothing of a forgotten chat lies in it
        place.memory.unlink(missing_ok=True)
        shutil.rmtree(place.sketch, ignore_errors=True)
    names = {chat.id: chat.name for chat in summaries}
    lines = [f"{done}: {', '.join(shown(names.get(chat) or str(chat)) for chat in changed)}"] if changed else []
    lines += [f"{deleted:,} messages deleted"] if deleted else []
    lines += [f"{conversations:,} conversation{'s' * (conversations != 1)} with the twin deleted"] if conversations else []
    lines += [
        f"no change: {shown(names.get(chat) or str(chat))} {f'is {after[chat]}' if chat in after else 'takes part'}" for chat in chosen if chat not in changed
    ]
    stale, stale_lines = staleness(place, choices_at(place))
    put_result(
        {"changed": changed, "deleted": deleted, "conversations": conversations, "stale": stale},
        as_json,
        *lines,
        *stale_lines,
        *([following] if changed else []),
    )


def staleness(place: Workspace, choices: dict[int, Choice]) -> tuple[dict[str, Any], list[str]]:
    """What has learned from chats that take no part, and what to do about it."""
    from twin.dataset import unwanted

    records = {place.dataset: unwanted(place.dataset / "report.json", choices)}
    records |= {path.parent: unwanted(path, choices) for path in sorted(place.runs.glob("*/run.json"))}
    folders = [folder for folder, names in records.items() if names]
    stale: dict[str, Any] = {"dataset": place.dataset in folders, "runs": [folder.name for folder in folders if folder != place.dataset]}
    if not folders:
        return stale, []
    names = dict.fromkeys(real_name(place, name) for some in records.values() for name in some)
    what = [*(["the dataset"] if stale["dataset"] else []), *stale["runs"]]
    return stale, [
        f"stale: {', '.join(what)} (learned from {shown(', '.join(names))})",
        f"  make again with: twin prepare, twin train; or delete: {' '.join(map(str, folders))}",
    ]


def choices_at(place: Workspace) -> dict[int, Choice]:
    """What was chosen about chats, and whose are left out as they opted out; a history that cannot be used keeps nobody from talking to a twin."""
    from twin.errors import ConfigError, HistoryError
    from twin.history import choices_of

    try:
        return choices_of(place.history, place.config().privacy.opt_out)
    except (HistoryError, ConfigError) as error:
        say(f"whether a twin is stale cannot be told: {error}")
        return {}


def real_name(place: Workspace, name: str) -> str:
    """What history calls somebody whom a dataset calls otherwise; the same name where that is not known."""
    from twin.errors import WorkspaceError
    from twin.privacy.name_book import read_book

    try:
        people = read_book(place.privacy_names).people
    except WorkspaceError:  # what needs the file says what is wrong with it
        return name
    return next((real for real, other in people.items() if other == name), name)


def other_name(place: Workspace, name: str) -> str:
    """What a dataset calls somebody; their own name where that is not known."""
    from twin.errors import WorkspaceError
    from twin.privacy.name_book import read_book

    try:
        return read_book(place.privacy_names).people.get(name, name)
    except WorkspaceError:  # what needs the file says what is wrong with it
        return name


def warn_of_stale(place: Workspace, run: Path) -> None:
    """Says when a run has learned from a chat that takes no part any more."""
    from twin.dataset import unwanted

    if names := unwanted(run / "run.json", choices_at(place)):
        whom = shown(", ".join(real_name(place, name) for name in names))
        say(f"{run.name} is stale: it has learned from {whom}; make a new one with: twin prepare, twin train")


def _chat_table(chats: Sequence[ChatSummary]) -> list[str]:
    """A line for each chat. The name comes last: how wide its letters are is the terminal's to say."""
    if not chats:
        return ["no chats yet; begin with: twin export, or twin import result.json"]
    rows = [("id", "kind", "messages", "mine", "first", "last", "choice", "name")]
    for chat in chats:
        first, last = (f"{date.astimezone():%Y-%m-%d}" if date else "" for date in (chat.first, chat.last))
        name = shown(chat.name or "(no name)") if chat.kind else ""
        name = f"{name[:59]}…" if len(name) > 60 else name
        rows.append((str(chat.id), chat.kind or "", f"{chat.messages:,}", f"{chat.mine:,}", first, last, chat.choice or "", name))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numbers = {0, 2, 3}
    return [
        "  ".join(cell.rjust(width) if place in numbers else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]
