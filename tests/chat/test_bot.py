"""The bot and the drafts, over real Telethon, against the MTProto server of the tests."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.telegram.conftest import quick_keys, telegram
from tests.telegram.person import Person, known, where
from tests.telegram.server import TelegramServer
from twin.chat.bot import FULL, Bot, Manners
from twin.chat.people import BASE, Contact
from twin.cli.bot import _turns_of
from twin.config import Bot as Knobs
from twin.errors import LoginError, TelegramError
from twin.model.sampling import Sampling
from twin.schema import Turn
from twin.telegram.login import logged_in
from twin.telegram.talking import LONGEST, Line

__all__ = ["quick_keys", "telegram"]
pytestmark = pytest.mark.usefixtures("quick_keys")
ANNA, BORIS = 501, 502
TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SAMPLING = Sampling()


@dataclass
class Scripted:
    """Stands in for an engine: says what it was asked, at a pace that a test sets."""

    person: str = "Nika Orlova"
    contacts: tuple[Contact, ...] = (Contact("Anna from the run", id=ANNA), Contact("Boris"))
    voices: tuple[str, ...] = ("run-1", BASE)
    seconds: float = 0.0
    error: Exception | None = None
    asked: list[tuple[list[Turn], Contact]] = field(default_factory=list)
    remembered: list[tuple[str, ...]] = field(default_factory=list)
    stopped: int = 0

    def recall(self, turns, contact):
        return (f"what was said with {contact.name}",)

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False) -> Iterator[tuple[str, ...]]:
        self.asked.append((list(turns), contact))
        self.remembered.append(tuple(memories))
        if self.error:
            raise self.error
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            if stopped():
                self.stopped += 1
                return
            time.sleep(0.01)
        last = turns[-1].bubbles[-1]
        yield ("so",)
        yield ("so", f"you say {last}")


def manners(*allowed: int | str, **more) -> Manners:
    return Manners(allowed or (ANNA, "@Boris_b"), **{"pause": 0.05} | more)


@contextmanager
def on_the_line(telegram: TelegramServer, engine, behaviour: Manners, **more) -> Iterator[tuple[Bot, list[str]]]:
    """A bot that runs, in a thread of its own, while the test is the rest of the world."""
    world, said = telegram.world, []
    if not behaviour.drafts:
        world.bot_token, world.me.bot, world.me.bot_info_version = TOKEN, True, 1
    world.add_user(ANNA, "Anna", "Petrova")
    world.add_user(BORIS, "Boris", username="boris_B")
    bot = Bot(engine, SAMPLING, behaviour, turns_of=_turns_of(timedelta(days=1)), say=said.append, **more)
    ready, problem = threading.Event(), []
    loop = asyncio.new_event_loop()

    async def talk() -> None:
        credentials = known(token=TOKEN) if not behaviour.drafts else known(phone=world.phone, code=world.code)
        async with logged_in(Path("session"), where(telegram), credentials, Person().dialogue, bot=not behaviour.drafts, updates=True) as (client, _, user):
            line = Line(client, where(telegram), user.id)
            work = asyncio.ensure_future(bot.run(line))
            await asyncio.sleep(0)
            ready.set()
            await work

    def run() -> None:
        asyncio.set_event_loop(loop)
        task.append(loop.create_task(talk()))
        try:
            loop.run_until_complete(task[0])
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001  the test looks at it
            problem.append(error)
        finally:
            ready.set()
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    task: list[asyncio.Task[None]] = []
    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(20)
    bot.problem = problem
    try:
        yield bot, said
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(task[0].cancel)
        thread.join(20)
        assert not thread.is_alive()


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def texts(telegram: TelegramServer, chat: int) -> list[str]:
    """What the account has said in a chat."""
    return [message.message for message in telegram.world.history(chat).messages.values() if message.out]


def test_who_is_allowed_is_told_that_an_ai_writes_and_then_answered_bubble_by_bubble(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners()) as (bot, said):
        telegram.write(ANNA, "hi")
        until(lambda: len(texts(telegram, ANNA)) == 3)
        assert texts(telegram, ANNA) == [bot.notice, "so", "you say hi"]
        assert "An AI that imitates Nika Orlova" in bot.notice
        telegram.write(ANNA, "and now?")
        until(lambda: len(texts(telegram, ANNA)) == 5)
        assert texts(telegram, ANNA)[3:] == ["so", "you say and now?"]  # told once
    turns, contact = engine.asked[-1]
    assert contact.name == "Anna from the run"  # known by the id of the chat, whatever they call themselves
    assert [(turn.mine, turn.bubbles) for turn in turns] == [(False, ("hi",)), (True, ("so", "you say hi")), (False, ("and now?",))]
    assert telegram.typing[ANNA] >= 2
    assert not any(word in line for line in said for word in ("hi", "Anna", "now"))


def test_a_username_is_told_from_the_same_word_as_a_name(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners("@boris_b")) as (_, said):
        telegram.world.add_user(503, "@boris_b", "boris_b")
        telegram.write(503, "it is me")
        until(lambda: said)
        telegram.write(503, "really")
        telegram.write(BORIS, "hello")
        until(lambda: len(texts(telegram, BORIS)) == 3)
    assert texts(telegram, 503) == []
    assert said == ["503 has written and is not answered; [bot] allowed in twin.toml has no such id", "answered in a chat: 2 messages"]
    assert [contact.name for _, contact in engine.asked] == ["Boris"]


def test_several_messages_in_a_row_get_one_answer_and_a_later_one_stops_it(telegram):
    engine = Scripted(seconds=0.6)
    with on_the_line(telegram, engine, manners(pause=0.2)):
        for text in ("one", "two"):
            telegram.write(ANNA, text)
        until(lambda: len(engine.asked) == 1)
        telegram.write(ANNA, "three")
        until(lambda: len(texts(telegram, ANNA)) == 3)
    assert texts(telegram, ANNA)[1:] == ["so", "you say three"]
    assert engine.stopped == 1
    assert [turn.bubbles for turn in engine.asked[-1][0]] == [("one", "two", "three")]


def test_new_forgets_what_was_said_and_start_says_what_writes(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners()) as (bot, _):
        telegram.write(ANNA, "/start")
        until(lambda: texts(telegram, ANNA) == [bot.notice])
        telegram.write(ANNA, "a secret")
        until(lambda: len(texts(telegram, ANNA)) == 3)
        telegram.write(ANNA, "/new")
        until(lambda: texts(telegram, ANNA)[-1] == "A new conversation.")
        telegram.write(ANNA, "hello again")
        until(lambda: len(texts(telegram, ANNA)) == 6)
    assert [turn.bubbles for turn in engine.asked[-1][0]] == [("hello again",)]


def test_more_than_the_day_allows_is_not_answered_and_that_is_said_once(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners(daily=2)):
        for text, count in (("a", 3), ("b", 5), ("c", 6)):
            telegram.write(ANNA, text)
            until(lambda count=count: len(texts(telegram, ANNA)) == count)
        telegram.write(ANNA, "d")
        time.sleep(0.3)
    assert texts(telegram, ANNA)[5:] == [FULL]
    assert len(engine.asked) == 2


def test_one_person_waits_and_another_does_not(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners(hourly=1)):
        telegram.write(ANNA, "a")
        until(lambda: len(texts(telegram, ANNA)) == 3)
        telegram.write(ANNA, "b")
        telegram.write(BORIS, "c")
        until(lambda: len(texts(telegram, BORIS)) == 3)
        time.sleep(0.2)
        assert len(texts(telegram, ANNA)) == 3


def test_an_answer_that_breaks_off_is_told_without_its_words_and_the_next_one_comes(telegram):
    engine = Scripted(error=RuntimeError("out of memory"))
    with on_the_line(telegram, engine, manners()) as (_, said):
        telegram.write(ANNA, "hi")
        until(lambda: said)
        engine.error = None
        telegram.write(ANNA, "still there?")
        until(lambda: "you say still there?" in texts(telegram, ANNA))
    assert said[0] == "an answer broke off: out of memory"


def test_a_blocked_bot_says_so_and_goes_on(telegram):
    with on_the_line(telegram, Scripted(), manners()) as (bot, said):
        telegram.fault("SendMessage", "USER_IS_BLOCKED")
        telegram.write(BORIS, "hi")
        until(lambda: said)
        telegram.write(ANNA, "hi")
        until(lambda: len(texts(telegram, ANNA)) == 3)
        assert not bot.problem
    assert said[0].startswith("Telegram refuses")


def test_a_long_answer_is_cut_to_what_a_message_holds(telegram):
    with on_the_line(telegram, Scripted(), manners()):
        telegram.write(ANNA, "x" * 4096)
        until(lambda: len(texts(telegram, ANNA)) == 3)
    assert len(texts(telegram, ANNA)[-1]) == LONGEST


def test_a_login_that_is_ended_elsewhere_ends_the_bot(telegram):
    with on_the_line(telegram, Scripted(), manners()) as (bot, _):
        telegram.fault("SetTyping", "AUTH_KEY_UNREGISTERED")
        telegram.write(ANNA, "hi")
        until(lambda: bot.problem)
    assert isinstance(bot.problem[0], LoginError)
    assert not Path("session").exists()


def test_who_is_known_by_their_id_is_answered_from_memory_where_that_is_wanted(telegram):
    for memory, expected in ((True, ("what was said with Anna from the run",)), (False, ())):
        engine = Scripted()
        with on_the_line(telegram, engine, manners(), memory=memory):
            telegram.write(ANNA, "hi")
            telegram.write(BORIS, "hi")  # the run knows a Boris, but not that this is he
            until(lambda engine=engine: len(engine.asked) == 2)
        assert {contact.name: given for (_, contact), given in zip(engine.asked, engine.remembered, strict=True)} == {
            "Anna from the run": expected,
            "Boris": (),
        }


def test_a_name_that_two_have_brings_nobody_what_was_said_to_the_other(telegram):
    engine = Scripted(contacts=(Contact("Anna", id=ANNA), Contact("Anna", id=77)))
    with on_the_line(telegram, engine, manners(), memory=True):
        telegram.write(ANNA, "hi")
        until(lambda: engine.asked)
    assert engine.remembered == [()]


def test_bubbles_come_in_the_persons_rhythm_while_something_is_being_written(telegram):
    paused = []

    def rhythm(bubble: str, first: bool) -> float:
        paused.append((bubble, first, list(texts(telegram, ANNA)), telegram.typing[ANNA]))
        return 0.3

    with on_the_line(telegram, Scripted(), manners(), rhythm=rhythm) as (bot, _):
        telegram.write(ANNA, "hi")
        until(lambda: len(paused) == 1)
        assert texts(telegram, ANNA) == [bot.notice]
        until(lambda: len(texts(telegram, ANNA)) == 2)
        assert texts(telegram, ANNA) == [bot.notice, "so"], "the next one takes its time"
        until(lambda: len(texts(telegram, ANNA)) == 3)
        assert [(bubble, first, said) for bubble, first, said, _ in paused] == [("so", True, [bot.notice]), ("you say hi", False, [bot.notice, "so"])]
        assert telegram.typing[ANNA] > paused[1][3] > paused[0][3], "each pause is seen as typing"


def test_who_writes_into_a_pause_gets_no_more_of_the_answer_and_what_was_sent_stays_said(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners(), rhythm=lambda bubble, first: 3600.0 if bubble == "you say one" else 0.0):
        telegram.write(ANNA, "one")
        until(lambda: len(texts(telegram, ANNA)) == 2)
        telegram.write(ANNA, "two")
        until(lambda: len(texts(telegram, ANNA)) == 4)
    assert texts(telegram, ANNA)[1:] == ["so", "so", "you say two"]
    assert [turn.bubbles for turn in engine.asked[-1][0]] == [("one",), ("so",), ("two",)]


def test_a_draft_takes_no_pauses(telegram):
    with on_the_line(telegram, Scripted(), manners(drafts=True), rhythm=lambda bubble, first: 3600.0):
        telegram.write(ANNA, "hi")
        until(lambda: telegram.world.drafts)
    assert telegram.world.drafts == {ANNA: "so\nyou say hi"}


def test_drafts_lie_in_the_chat_and_nothing_is_sent(telegram):
    engine = Scripted()
    with on_the_line(telegram, engine, manners(drafts=True)) as (_, said):
        telegram.write(ANNA, "are you coming?")
        until(lambda: telegram.world.drafts)
        assert telegram.world.drafts == {ANNA: "so\nyou say are you coming?"}
        telegram.write(BORIS, "x")
        until(lambda: BORIS in telegram.world.drafts)
    assert telegram.count("SendMessage") == telegram.count("SetTyping") == 0
    assert texts(telegram, ANNA) == []
    assert said == ["a draft lies in a chat"] * 2


def test_a_draft_never_takes_the_place_of_the_persons_own(telegram):
    with on_the_line(telegram, Scripted(), manners(drafts=True)) as (_, said):
        telegram.world.drafts[ANNA] = "dear Anna, I"
        telegram.write(ANNA, "hm?")
        until(lambda: said)
        assert telegram.world.drafts[ANNA] == "dear Anna, I"
        telegram.world.drafts[ANNA] = ""
        telegram.write(ANNA, "hello?")
        until(lambda: len(said) == 2)
        telegram.write(ANNA, "and now?")  # one of the twin's own may be replaced
        until(lambda: len(said) == 3)
        assert telegram.world.drafts[ANNA] == "so\nyou say and now?"


def test_a_draft_knows_what_was_said_before_and_none_is_made_once_the_person_has_answered(telegram):
    engine = Scripted(seconds=0.5)
    now = telegram._date
    telegram.world.add_user(ANNA, "Anna")
    telegram.world.say(ANNA, ANNA, "long ago", now() - timedelta(days=30))
    telegram.world.say(ANNA, ANNA, "dinner at 8?", now() - timedelta(minutes=9))
    telegram.world.say(ANNA, telegram.world.me.id, "yes", now() - timedelta(minutes=5))
    with on_the_line(telegram, engine, manners(drafts=True, pause=0.0)):
        telegram.write(ANNA, "and dessert?")
        until(lambda: engine.asked)
        turns, _ = engine.asked[0]
        assert [(turn.mine, turn.bubbles) for turn in turns] == [(False, ("dinner at 8?",)), (True, ("yes",)), (False, ("and dessert?",))]
        telegram.write(telegram.world.me.id, "of course", to=ANNA)
        until(lambda: engine.stopped == 1)
        time.sleep(0.2)
    assert telegram.world.drafts == {}
    assert len(engine.asked) == 1


def test_a_wrong_token_is_one_line(telegram):
    telegram.world.bot_token = TOKEN

    async def enter() -> None:
        async with logged_in(Path("session"), where(telegram), known(token="1:wrong"), Person().dialogue, bot=True):
            pass

    with pytest.raises(LoginError, match="Telegram knows no bot with this token; copy it again from"):
        asyncio.run(enter())


def test_a_lost_connection_ends_the_line_with_what_to_do(telegram):
    with on_the_line(telegram, Scripted(), manners()) as (bot, _):
        telegram._loop.call_soon_threadsafe(telegram._close)
        until(lambda: bot.problem, 30)
    assert isinstance(bot.problem[0], TelegramError)
    assert "run the same command" in str(bot.problem[0])


@pytest.mark.parametrize("allowed", [["anna"], ["@"], ["@ "], [""]])
def test_a_name_that_anybody_can_take_is_refused(allowed):
    with pytest.raises(ValueError, match="neither an id nor a username"):
        Knobs(allowed=allowed)


@pytest.mark.slow
def test_the_command_answers_as_a_bot_with_the_real_model(telegram, run_folder):
    root = Path("workspace")
    subprocess.run([sys.executable, "-m", "twin", "init", str(root)], check=True, capture_output=True)
    (root / "runs").mkdir(exist_ok=True)
    shutil.copytree(run_folder, root / "runs" / "run-1")
    (root / "runs" / "run-1" / "result.json").write_text("{}")
    (root / "server.pem").write_text(telegram.public_key)
    config = (
        (root / "twin.toml").read_text().replace('server = ""', f'server = "{telegram.address}"', 1).replace('public_key = ""', 'public_key = "server.pem"')
    )
    telegram.world.bot_token, telegram.world.me.bot, telegram.world.me.bot_info_version = TOKEN, True, 1
    telegram.world.add_user(ANNA, "Anna")
    environment = os.environ | {"TWIN_TELEGRAM_API_ID": "24601", "TWIN_TELEGRAM_API_HASH": "0" * 32, "TWIN_BOT_TOKEN": TOKEN}
    command = [sys.executable, "-m", "twin", "bot", "-w", str(root)]
    (root / "twin.toml").write_text(config)
    refused = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert refused.returncode == 2
    assert "nobody may talk to it yet" in refused.stderr
    (root / "twin.toml").write_text(config.replace("allowed = []", f"allowed = [{ANNA}]").replace("pause_seconds = 3.0", "pause_seconds = 0.1"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        until(lambda: telegram.count("ImportBotAuthorization"), 60)
        time.sleep(1)
        telegram.write(ANNA, "hello there")
        until(lambda: len(texts(telegram, ANNA)) >= 2, 60)
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=30)
    assert process.returncode == 0, told
    assert out == ""
    assert TOKEN not in told
    assert "hello there" not in told
    assert (root / "bot.session").stat().st_mode & 0o777 == 0o600
