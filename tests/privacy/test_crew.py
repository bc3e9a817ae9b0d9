"""Other processes that clean: the outcome is the same, and none of them stays behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.exports import ANNA, BORIS, ME
from tests.processes import TWIN, leftovers, made
from twin.config import Privacy as Knobs
from twin.dataset import read_report
from twin.errors import DatasetError
from twin.history import History
from twin.prepare import decide
from twin.prepare.build import prepare
from twin.prepare.rules import Rules
from twin.privacy import crew
from twin.privacy.clean import FAILED, Cleaner, privacy_of
from twin.privacy.crew import clean_all, helpers
from twin.privacy.detect import Detector
from twin.privacy.rule import Kind, Rule, Trigger
from twin.schema import Chat, ChatKind, Message

START = datetime(2024, 1, 1, tzinfo=UTC)
KEY = Path("privacy.key")
TEXTS = ("ok", "write to anna.berg@example.com", "Anna, call +49 30 901820", "спроси Борю", "card 4111 1111 1111 1111", "what ⟦is⟧ this", "\ud83d", "well then")


class Broken(Cleaner):
    """One of its rules cannot deal with a message that says "boom"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._detector = Detector([Rule("broken", Kind.ID, "boom", Trigger.ALWAYS, (), (), check=boom)])


def boom(_: str) -> bool:
    raise ZeroDivisionError


def cleaner() -> Cleaner:
    KEY.write_text("07" * 32)
    return Cleaner(privacy_of(Knobs(), KEY), ["Anna Berg", "Борис"], keep=["Mira Lund"])


def write_history(path: Path, count: int, text: Callable[[int], str]) -> None:
    """As many messages in a chat of many conversations, a fifth as many in another; every second one the person's."""
    with History(path) as history, history.transaction():
        history.set_me(ME)
        history.put_people({ME: "Mira Lund", ANNA: "Anna Berg", BORIS: "Борис"})
        for place, other in enumerate((ANNA, BORIS)):
            history.put_chat(Chat(other, ChatKind.PERSONAL, None))
            history.put_messages(
                Message(other, number, ME if number % 2 else other, START + timedelta(hours=place + number // 6 * 30, minutes=number), text(number + place))
                for number in range(1, count // (1 + 4 * place) + 1)
            )


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "twin.privacy.crew" in " ".join(child.cmdline())]


@pytest.fixture
def history() -> Iterator[History]:
    write_history(Path("history.db"), 120, lambda number: f"{TEXTS[number % 6]} {number}")
    with History(Path("history.db")) as opened:
        yield opened


def rules() -> Rules:
    KEY.write_text("07" * 32)
    return Rules(gap=timedelta(days=1), since=START + timedelta(days=3), minimum_conversations=5, privacy=privacy_of(Knobs(), KEY))


def dataset(history: History, processes: int) -> dict[str, bytes]:
    folder = Path(f"dataset-{processes}")
    prepare(history, folder, rules(), form="openai", processes=processes)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json*"))}


def test_the_dataset_is_the_same_whoever_cleans_it(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "TEXTS", 7)  # conversations lie across what is handed over at once
    alone = dataset(history, 0)
    assert len(alone) == 7
    assert {"outside the dates", "too few conversations"} == set(read_report(Path("dataset-0"))["left_out"])
    assert b"EMAIL" not in alone["train.jsonl"]
    assert b"CARD" in alone["train.jsonl"]
    assert dataset(history, 3) == alone


@pytest.mark.slow
def test_texts_come_back_in_order_and_no_process_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "TEXTS", 3)
    some = cleaner()
    texts = [None, *TEXTS, None, None, *TEXTS * 3, "x" * 100_000, None]
    expected = [None if text is None else some.clean(text) for text in texts]
    assert {kind for one in expected if one for kind in one.found} == {"email", "phone", "card", "name"}
    for processes in (0, 1):
        found = list(clean_all(some, texts, processes))
        assert found == expected
        assert found[1] is not None
        assert found[1].text is texts[1], "the same text, and no other with the same letters"
    assert children() == []


@pytest.mark.slow
def test_what_a_rule_of_another_process_cannot_deal_with_is_left_out_and_counted(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "Cleaner", Broken)
    with history.transaction():
        history.put_messages([Message(ANNA, 999, ME, START + timedelta(days=9), "boom")])
    assert dataset(history, 0) == dataset(history, 1)
    report = read_report(Path("dataset-1"))
    assert (report["private"][FAILED], report["left_out"]["private"]) == (1, 1)


@pytest.mark.slow
def test_a_process_that_is_ended_from_outside_ends_the_work_and_is_told(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset(history, 0)
    before = Path("dataset-0/train.jsonl").read_bytes()
    lots = crew._lots

    def ended(texts: Any) -> Iterator[Any]:
        for number, some in enumerate(lots(texts)):
            if number == 5:
                children()[0].kill()
            yield some

    monkeypatch.setattr(crew, "TEXTS", 7)
    monkeypatch.setattr(crew, "_lots", ended)
    with pytest.raises(DatasetError, match=r"a process that cleans messages was ended from outside \(-9; .* run the same command again"):
        prepare(history, Path("dataset-0"), rules(), processes=1)
    assert Path("dataset-0/train.jsonl").read_bytes() == before
    assert children() == []


def test_a_short_history_and_a_single_core_have_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert (helpers(crew.MANY - 1), helpers(crew.MANY)) == (0, crew.MOST)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert helpers(crew.MANY) == 0


@pytest.mark.slow
def test_no_process_stays_when_the_work_ends_early() -> None:
    texts = clean_all(cleaner(), TEXTS * 200, 2)
    next(texts)
    assert len(children()) == 2
    texts.close()
    assert children() == []


# -- as commands ----------------------------------------------------------------------------------------------------------


def command() -> subprocess.Popen[str]:
    """`twin prepare` of a long history, at work with its helpers, as on a terminal: a group of its own, that Ctrl-C reaches as a whole."""
    made("init", "workspace", folder=Path())
    write_history(Path("workspace/history.db"), 2 * crew.MANY, lambda number: f"the number {number} of what Anna and anna{number}@example.com said")
    process = subprocess.Popen(
        (*TWIN, "prepare"), cwd="workspace", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=os.environ
    )
    until = time.monotonic() + 120
    while len(helpers_of(process)) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    return process


def helpers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children()


def assert_gone(helping: list[psutil.Process]) -> None:
    assert psutil.wait_procs(helping, timeout=60)[1] == []


needs_cores = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")


@needs_cores
@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.0, 0.3, 1.5])
def test_ctrl_c_ends_all_of_them_without_a_word_of_theirs(pause: float) -> None:
    process = command()
    helping = helpers_of(process)
    time.sleep(pause)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "Traceback" not in said[1]
    assert_gone(helping)
    assert leftovers() == []
    assert not Path("workspace/dataset").exists()


@needs_cores
@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.0, 0.3, 1.5])
def test_they_end_when_the_command_is_killed(pause: float) -> None:
    process = command()
    helping = helpers_of(process)
    time.sleep(pause)
    process.kill()
    said = process.communicate(timeout=120)
    assert "Traceback" not in said[1]
    assert_gone(helping)


@needs_cores
@pytest.mark.slow
def test_a_helper_that_is_killed_ends_the_command_with_one_line() -> None:
    process = command()
    helping = helpers_of(process)
    helping[0].kill()
    said = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert said[1].startswith("twin: a process that cleans messages was ended from outside"), said
    assert said[1].count("\n") == 1
    assert_gone(helping)
    assert leftovers() == []
