"""The commands that bring messages in and make a dataset of them: init, export, import, prepare."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from twin.cli.options import JsonOption, WorkspaceOption, app
from twin.cli.show import ask, export_display, left_out_lines, progress_bar, put, put_result, put_styled, say, stop_on_signal, stored_line, uncollected
from twin.errors import UsageError

if TYPE_CHECKING:
    from twin.config import Filter
    from twin.prepare.rules import Rules
    from twin.prepare.scores import Scores
    from twin.workspace import Workspace

_WHOSE = """\
Half of these words are other people's. The twin does not learn to write as they do; what they wrote is what it answers to, cleaned as yours is.
Ask them, or leave them out (privacy.opt_out in twin.toml; twin chats exclude), and give nobody the twin or the dataset without their yes."""


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder; default: this one.")] = Path(), as_json: JsonOption = False) -> None:
    """Make a workspace: a private folder for one person's history, dataset and twins."""
    from twin.workspace import create_workspace

    workspace = create_workspace(directory)
    put_result({"workspace": str(workspace.root)}, as_json, f"workspace {workspace.root}", "next: twin export, or twin import PATH/result.json")


@app.command()
def export(
    chat: Annotated[list[str] | None, typer.Option("--chat", metavar="CHAT", help="Only this chat, by name or id. May be repeated.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Only what was sent from this day on (2023-01-31).")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Only what was sent before this day.")] = None,
    all_groups: Annotated[bool, typer.Option("--all-groups", help="Groups, too; without it, only those that --chat names.")] = False,
    max_members: Annotated[int, typer.Option(metavar="N", min=1, help="With --all-groups: none with more members.")] = 200,
    rescan_days: Annotated[
        float | None, typer.Option(metavar="DAYS", min=0, help="How far back from the last export to look for edits and deletions; default: twin.toml.")
    ] = None,
    takeout: Annotated[bool, typer.Option(help="Ask Telegram for its faster way, which you may have to allow on your phone.")] = True,
    phone: Annotated[str, typer.Option(help="Log in with this phone number.")] = "",
    code: Annotated[str, typer.Option(help="The code that Telegram sends, where nobody can be asked. The two-step password: TWIN_TELEGRAM_PASSWORD.")] = "",
    qr: Annotated[bool, typer.Option("--qr", help="Log in by a QR code.")] = False,
    logout: Annotated[bool, typer.Option("--logout", help="Read nothing; end the login at Telegram and delete it here.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read your chats from Telegram into history.db. The first time it logs in; again, it reads what is new."""
    from twin.config import given_day
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    knobs = place.config().export
    first, end = given_day("--since", since), given_day("--until", until)
    if first and end and first >= end:
        raise UsageError(f"--since {since} --until {until}: no day lies between them; give a later --until")

    from twin.export.live import export as read
    from twin.export.live import log_out
    from twin.export.wanted import Wanted
    from twin.history import History
    from twin.telegram.client import Server
    from twin.telegram.login import Credentials, Dialogue

    server = Server(knobs.server, place.root / knobs.public_key if knobs.public_key else None, knobs.patience_minutes * 60)
    if logout:
        ended = log_out(place.session, server)
        put_result({"logged_out": ended}, as_json, "logged out; Telegram and this workspace have forgotten the login" if ended else "nobody was logged in")
        return
    secrets = {name: os.environ.get(f"TWIN_TELEGRAM_{name.upper()}", "") for name in ("api_id", "api_hash", "password")}
    with History(place.history) as history, stop_on_signal() as stopping, export_display() as show:
        counts = read(
            history,
            place.session,
            server,
            Credentials(**secrets, phone=phone, code=code, qr=qr),
            Dialogue(ask, say, show.waiting),
            Wanted(tuple(chat or ()), all_groups, max_members, first, end),
            rescan=timedelta(days=knobs.rescan_days if rescan_days is None else rescan_days),
            takeout=takeout,
            progress=show.progress,
            stop=stopping,
        ).to_json()
    others = left_out_lines(counts["left_out_chats"], "chats not read")
    put_result(counts, as_json, stored_line(counts), *left_out_lines(counts["left_out"]), *others, "next: twin prepare")


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Exports of Telegram Desktop (JSON) or WhatsApp: files, folders or zips.")],
    me: Annotated[str | None, typer.Option("--me", help="Who you are (user123 or your name), where an export does not say.")] = None,
    salvage: Annotated[bool, typer.Option("--salvage", help="Take what can be read of a broken file, and count the rest.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring exported chats into history.db, all of them or none. Importing again changes nothing."""
    from twin.export.files import import_exports
    from twin.history import History
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    with History(place.history) as history, progress_bar("import", unit="B") as bar, uncollected():
        counts = import_exports(paths, history, me=me, salvage=salvage, progress=bar).to_json()
    put_result(counts, as_json, stored_line(counts), *left_out_lines(counts["left_out"]), "next: twin prepare")


@app.command()
def prepare(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="With --review: where its page goes; default: review.html in the workspace.")] = None,
    form: Annotated[
        Literal["messages", "instruction", "alpaca", "sharegpt", "openai"], typer.Option("--format", help="Also write dataset/FORMAT/ for other trainers.")
    ] = "messages",
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Only from this day on (2023-01-31); default: twin.toml.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Only before this day; default: twin.toml.")] = None,
    explain: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Write nothing; show where this message (ID or CHAT_ID:ID) went and why. May be repeated.")
    ] = None,
    sample: Annotated[int, typer.Option(metavar="N", min=0, help="Write nothing; show N conversations and what of them is learned.")] = 0,
    review: Annotated[bool, typer.Option("--review", help="Write a page of what was found private, and nothing else.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn history.db into a dataset of conversations in which your replies are learned."""
    from twin.history import open_history
    from twin.prepare.build import prepare as build
    from twin.prepare.rules import rules_of
    from twin.prepare.scores import Judged, Scores
    from twin.privacy.clean import privacy_of
    from twin.workspace import find_workspace

    if file and not review:
        raise UsageError(f"{file}: a file is given with --review alone, for its page")
    place = find_workspace(at=workspace)
    config = place.config()
    first = not place.dataset.exists()
    filters, privacy = config.filter, privacy_of(config.privacy, place.privacy_key)
    scores = Scores(place.judge_scores) if filters.judge else None
    judged = Judged(filters.judge_model, filters.judge_minimum, scores.known) if scores else None
    rules = rules_of(config.prepare, config.person.name, privacy=privacy, filters=filters, judged=judged, since=since, until=until)
    if scores and not (review or explain or sample):
        _judge(place, filters, rules, scores)
    with open_history(place.history) as history, progress_bar("prepare", unit="chats") as bar, uncollected():
        if review:
            from twin.prepare.review import review as look_through
            from twin.prepare.review import write_review

            page, found = file or place.root / "review.html", look_through(history, rules, progress=bar)
            write_review(found, page)
        elif explain or sample:
            from twin.prepare import explain as explaining

            fates = explaining.explain(history, place.dataset, rules, explain, progress=bar) if explain else []
            sampled = explaining.sample(history, rules, sample, progress=bar) if sample else []
        else:
            report = build(history, place.dataset, rules, form=form, context_turns=config.prepare.context_turns, progress=bar)
    if review:
        counts = found.to_json()
        put_result(counts | {"page": str(page)}, as_json, *(left_out_lines(counts["private"], "found") or ["nothing was found"]), f"the page is {page}")
        return
    if explain or sample:
        shown = ({"messages": [fate.to_json() for fate in fates]} if explain else {}) | (explaining.sample_to_json(sampled) if sample else {})
        if as_json:
            put(json.dumps(shown, ensure_ascii=False))
        else:
            for fate in fates:
                put("\n".join(fate.lines(place.dataset)))
            put_styled(explaining.sample_lines(sampled), {"title": "bold", "context": "dim", "learned": "green"})
        return
    if first:
        say(_WHOSE)
    counts = report.to_json()
    head = {key: counts[key] for key in ("conversations", "own_messages", "targets", "left_out", "splits")}
    splits = ", ".join(f"{count:,} {split}" for split, count in counts["splits"].items())
    lines = [f"{counts['conversations']:,} conversations ({splits})", f"{counts['targets']:,} of {counts['own_messages']:,} own messages are learned"]
    put_result(head, as_json, *lines, *left_out_lines(counts["left_out"]), "next: twin train")


def _judge(place: Workspace, filters: Filter, rules: Rules, scores: Scores) -> None:
    """Has the judge score what would be learned, and says what came of it."""
    from twin.history import open_history
    from twin.prepare.judge import ask
    from twin.remote import Endpoint

    judge = Endpoint(filters.judge, filters.judge_model, filters.judge_outside, os.environ.get("TWIN_JUDGE_KEY", ""))
    with open_history(place.history) as history, progress_bar("judge", unit="chats") as bar, uncollected():
        asked = ask(history, rules, judge, scores, progress=bar)
    failed = f", {asked.failed:,} without a score, the last: {asked.last}" if asked.failed else ""
    say(f"judge: {asked.scored:,} replies scored, {asked.known:,} from before{failed}")
