import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.exports import ANNA, ME, account, chat, message, write
from tests.prepare.histories import HISTORIES, KNOBS, stored
from twin.dataset import SPLITS
from twin.errors import DatasetError, HistoryError, UsageError
from twin.export.files import import_exports
from twin.history import History
from twin.prepare.build import prepare
from twin.prepare.explain import Fate, explain, sample, sample_lines, sample_to_json, shown
from twin.prepare.rules import Rules
from twin.schema import Message

OUT = Path("dataset")
RULES = Rules(timedelta(days=1), validation_share=0, test_share=0, reply_cap=2)
DAY = 1440


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


def fill(history: History) -> None:
    anna = chat(
        message(1, ANNA, "how are you?"),
        message(2, ME, "well"),
        message(3, ME, "and\nyou?"),
        message(4, ME, "me at sea", photo="x"),
        message(5, ME, "news", forwarded_from="News"),
        message(11, ANNA, "how are you?", minutes=3 * DAY),
        message(12, ME, "WELL", minutes=3 * DAY + 1),
        message(13, ME, "and you?", minutes=3 * DAY + 2),
        message(14, ANNA, "fine", minutes=3 * DAY + 3),
        message(15, ME, "good", minutes=3 * DAY + 4),
        message(21, ANNA, "hello?", minutes=9 * DAY),
    )
    bot = chat(message(1, 5, "/start"), message(2, ME, "well"), kind="bot_chat", number=5, name="Bot")
    import_exports([write(account(anna, bot))], history)


def told(history: History, *wanted: str, rules: Rules = RULES) -> list[dict[str, Any]]:
    return [fate.to_json() for fate in explain(history, OUT, rules, wanted)]


def test_a_learned_message_is_found_where_it_stands(history: History) -> None:
    fill(history)
    prepare(history, OUT, RULES)
    (fate,) = told(history, f"{ANNA}:15")
    assert fate == {
        "chat_id": ANNA,
        "chat": "Anna",
        "id": 15,
        "date": "2024-01-04T12:04:00+00:00",
        "sender": "Mira Lund",
        "text": "good",
        "conversation": {"from": "2024-01-04T12:00:00+00:00", "to": "2024-01-04T12:04:00+00:00", "messages": 5, "turns": 4},
        "turns": [4],
        "learned": True,
        "reason": None,
        "why": "the person's own words",
        "split": "train",
        "file": "train.jsonl",
        "line": 2,
        "current": True,
    }
    line = (OUT / "train.jsonl").read_text(encoding="utf-8").splitlines()[1]
    assert 15 in json.loads(line)["messages"][3]["ids"]


@pytest.mark.parametrize(
    ("wanted", "learned", "reason", "why", "turns"),
    [
        (f"{ANNA}:2", True, None, "own words", [2]),
        (f"{ANNA}:4", True, None, "own words", [3, 4]),  # the medium, and the caption
        (f"{ANNA}:5", False, "forward", "forwarded", [5]),
        (f"{ANNA}:12", False, "duplicate", "is learned already", [2]),
        (f"{ANNA}:13", False, "duplicate", "is learned already", [2]),
        (f"{ANNA}:1", False, None, "somebody else: context", [1]),
        (f"{ANNA}:21", False, None, "somebody else, and nothing", []),
        ("5:2", False, "chat with a bot", "takes no part: chat with a bot", []),
        ("5:1", False, None, "takes no part: chat with a bot", []),
    ],
)
def test_each_fate_is_told_in_words(history: History, wanted: str, learned: bool, reason: str | None, why: str, turns: list[int]) -> None:
    fill(history)
    (fate,) = told(history, wanted)
    assert (fate["learned"], fate["reason"], fate["turns"]) == (learned, reason, turns)
    assert why in fate["why"]


def test_why_nothing_is_learned_of_an_excluded_chat(history: History) -> None:
    fill(history)
    history.exclude(ANNA)
    for wanted, reason in ((f"{ANNA}:1", None), (f"{ANNA}:2", "excluded by you")):
        (fate,) = told(history, wanted)
        assert (fate["learned"], fate["reason"], fate["split"]) == (False, reason, None)
        assert "you excluded this chat; take that back with: twin chats include" in fate["why"]


def test_an_id_alone_is_that_message_of_every_chat(history: History) -> None:
    fill(history)
    assert [(fate["chat_id"], fate["id"]) for fate in told(history, "2", f"{ANNA}:1")] == [(5, 2), (ANNA, 1), (ANNA, 2)]


def test_what_is_not_there_is_an_error_of_one_line(history: History) -> None:
    fill(history)
    for wanted, error, words in (
        ("99", HistoryError, "--explain 99: history.db has no message 99;"),
        ("5:15", HistoryError, "chat 5 of history.db has no message 15"),
        ("x", UsageError, "--explain x: not a message's id"),
        ("1:2:3", UsageError, "not a message's id"),
        ("9" * 30, UsageError, "not a message's id"),
    ):
        with pytest.raises(error, match=words) as raised:
            told(history, wanted)
        assert "\n" not in str(raised.value)


def test_an_older_dataset_is_told_and_nothing_is_written(history: History) -> None:
    fill(history)
    (fate,) = explain(history, OUT, RULES, ["15"])
    assert not fate.current
    assert not OUT.exists()
    prepare(history, OUT, Rules(timedelta(days=999), validation_share=0, test_share=0))
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in OUT.iterdir()}
    (fate,) = explain(history, OUT, RULES, ["15"])
    assert "make it again with: twin prepare" in fate.lines(OUT)[-1]
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in OUT.iterdir()} == before


def test_to_read_it_is_a_few_lines(history: History) -> None:
    fill(history)
    prepare(history, OUT, RULES)
    learned, forward = (fate.lines(OUT) for wanted in (f"{ANNA}:3", f"{ANNA}:5") for fate in explain(history, OUT, RULES, [wanted]))
    assert learned[0].startswith("message 2000:3 in Anna, 2024-01-01 ")
    assert learned[1] == "  Mira Lund: and you?"
    assert learned[2] == "  learned: the person's own words"
    assert learned[3].endswith(" 5 messages in 5 turns, in turn 2")
    assert learned[4] == "  dataset/train.jsonl, line 1"
    assert forward[2] == "  not learned: forwarded, so not the person's own words"
    assert len(learned) == len(forward) == 5


@settings(max_examples=40)
@given(records=HISTORIES, knobs=KNOBS)
def test_what_is_explained_is_what_was_done(records: list[Message], knobs: dict[str, Any]) -> None:
    rules = Rules(**({"gap": timedelta(days=1)} | knobs))
    with stored(records) as history:
        try:
            report = prepare(history, OUT, rules)
        except DatasetError:
            return
        fates = explain(history, OUT, rules, sorted({f"{record.chat_id}:{record.id}" for record in records}))
    assert len(fates) == len(records)
    own = [fate for fate in fates if fate.message.sender_id == ME]
    assert sum(fate.learned for fate in own) == report.targets
    assert {reason: sum(fate.reason == reason for fate in own) for reason in report.left_out} == dict(report.left_out)
    assert all(fate.learned != bool(fate.reason) for fate in own)
    assert not any(fate.learned or fate.reason for fate in fates if fate.message.sender_id != ME)
    lines = {split: (OUT / f"{split}.jsonl").read_text(encoding="utf-8").split("\n") for split in SPLITS}
    for fate in fates:
        assert fate.why
        if fate.split and fate.line:
            assert fate.current
            check_place(fate, json.loads(lines[fate.split][fate.line - 1]))
        else:
            assert not fate.learned


def check_place(fate: Fate, line: dict[str, Any]) -> None:
    assert line["chat_id"] == fate.message.chat_id
    turns = [number for number, turn in enumerate(line["messages"], 1) if fate.message.id in turn["ids"]]
    assert turns == list(fate.turns)
    assert fate.learned == any(line["messages"][number - 1]["role"] == "assistant" and "weight" not in line["messages"][number - 1] for number in turns)


# -- the sample ---------------------------------------------------------------------------------------------------------


def test_a_sample_is_of_the_dataset_and_for_a_seed_always_the_same(history: History) -> None:
    records = [message(number, sender, f"{number}", minutes=DAY * 3 * number) for number in range(1, 60) for sender in [ME]]
    import_exports([write(account(chat(*records)))], history)
    prepare(history, OUT, RULES)
    everything = {json.loads(line)["messages"][0]["ids"][0] for line in (OUT / "train.jsonl").read_text().splitlines()}
    chosen = [conversation.turns[0].ids[0] for conversation, split in sample(history, RULES, 5)]
    assert chosen == sorted(chosen)
    assert len(set(chosen)) == 5
    assert set(chosen) <= everything
    assert [conversation.turns[0].ids[0] for conversation, _ in sample(history, RULES, 5)] == chosen
    other = Rules(timedelta(days=1), validation_share=0, test_share=0, seed=2)
    assert [conversation.turns[0].ids[0] for conversation, _ in sample(history, other, 5)] != chosen
    assert len(sample(history, RULES, 999)) == 59


def test_a_sample_to_read_marks_what_is_learned(history: History) -> None:
    fill(history)
    sampled = sample(history, RULES, 1)
    assert sample_to_json(sampled)["conversations"][0]["split"] == "train"
    ((_, title), *lines) = sample_lines(sample(history, RULES, 2))
    assert title.startswith("Anna, 2024-01-01 ")
    assert title.endswith(", 5 turns, train")
    assert lines[:7] == [
        ("context", "    Anna: how are you?"),
        ("learned", "  * Mira Lund: well"),
        ("learned", "  *            and"),
        ("learned", "  |            you?"),
        ("context", "    Mira Lund: [photo]"),
        ("learned", "  * Mira Lund: me at sea"),
        ("context", "    Mira Lund: [forwarded] news"),
    ]


def test_nothing_in_a_message_is_a_command_to_the_terminal() -> None:
    assert shown("\x1b[31mred\u202e\r") == " [31mred  "
