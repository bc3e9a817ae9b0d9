"""The command that talks on Telegram: bot."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Annotated

import typer

from twin.cli.answering import pause_of, trained
from twin.cli.options import RunOption, WorkspaceOption, app
from twin.cli.show import ask, put, say
from twin.cli.twins import RevealOption, sampling_of
from twin.errors import LoginError, TelegramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from twin.chat.bot import Bot
    from twin.schema import Message, Turn
    from twin.telegram.client import Server
    from twin.telegram.login import Credentials, Dialogue

_AGAIN, _AGAIN_AT_MOST = 5.0, 300.0
"""Seconds after which a lost connection is tried again: twice as long each time, up to this."""


@app.command()
def bot(
    drafts: Annotated[bool, typer.Option("--drafts", help="In your own account: leave drafts of answers, which you send or delete. Nothing is sent.")] = False,
    run: RunOption = None,
    reveal: RevealOption = False,
    logout: Annotated[bool, typer.Option("--logout", help="End the bot's login and delete it here.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Let the twin answer on Telegram: as a bot, or with drafts in your own account. Only those whom twin.toml names ([bot] allowed) are answered."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    config = place.config()
    from twin.telegram.client import Server
    from twin.telegram.login import Credentials, Dialogue, log_out

    knobs = config.export
    server = Server(knobs.server, place.root / knobs.public_key if knobs.public_key else None, knobs.patience_minutes * 60)
    if logout:
        ended = asyncio.run(log_out(place.bot_session, server))
        put("the bot is logged out; Telegram and this workspace have forgotten the login" if ended else "no bot was logged in")
        return
    if not config.bot.allowed:
        raise UsageError('nobody may talk to it yet; name them in twin.toml, [bot] allowed = ["@anna", 123456789], with their usernames or ids')
    # a draft is for the eyes of the person, and speaks to people by their names
    answerer = trained(place, run, reveal=reveal or drafts, abroad=True)

    from datetime import timedelta

    from twin.chat.bot import Bot, Manners

    manners = Manners(tuple(config.bot.allowed), drafts=drafts, hourly=config.bot.hourly, daily=config.bot.daily, pause=config.bot.pause_seconds)
    engine = answerer.load(lambda what: say(f"{what} ..."))
    pauses = pause_of(place) if config.chat.rhythm else None
    turns_of = _turns_of(timedelta(hours=config.prepare.gap_hours))
    memory = answerer.remembers and config.chat.memory
    answering = Bot(engine, sampling_of(place), manners, turns_of=turns_of, rhythm=pauses, memory=memory, say=say)
    api_id, api_hash, password, token = (
        os.environ.get(name, "") for name in ("TWIN_TELEGRAM_API_ID", "TWIN_TELEGRAM_API_HASH", "TWIN_TELEGRAM_PASSWORD", "TWIN_BOT_TOKEN")
    )
    credentials = Credentials(api_id, api_hash, password=password, token=token)
    work = _talk(answering, place.session if drafts else place.bot_session, server, credentials, Dialogue(ask, say), bot=not drafts)
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        say("the bot has ended")


async def _talk(answering: Bot, session: Path, server: Server, credentials: Credentials, dialogue: Dialogue, *, bot: bool) -> None:
    """Answers until Ctrl-C; where the connection is lost, it is tried again."""
    from twin.telegram.login import logged_in
    from twin.telegram.talking import Line

    wait, reached = 0.0, False
    while True:
        try:
            async with logged_in(session, server, credentials, dialogue, bot=bot, updates=True) as (client, _, user):
                name = f"@{user.username}" if user.username else user.first_name
                say(f"answering as {name}" if bot else f"leaving drafts for {name}; nothing is sent")
                wait, reached = 0.0, True
                await answering.run(Line(client, server, user.id))
        except LoginError:
            raise
        except TelegramError as error:
            if not reached:  # what does not work from the first is no lost connection
                raise
            wait = min(max(wait * 2, _AGAIN), _AGAIN_AT_MOST)
            say(f"{error}; trying again in {wait:.0f} s")
            await asyncio.sleep(wait)


def _turns_of(gap: timedelta) -> Callable[[Sequence[Message], int, Mapping[int, str]], list[Turn]]:
    """The turns of the newest conversation in a chat's messages, by the rules of training."""
    from twin.prepare.segment import merge, segment

    def turns_of(messages: Sequence[Message], me: int, names: Mapping[int, str]) -> list[Turn]:
        *_, newest = segment(messages, gap)
        return merge(newest, me, names)[0]

    return turns_of
