import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports import ANNA, ME, START, account, chat, message, write
from twin.export.files import import_exports
from twin.history import History
from twin.prepare import decide, near
from twin.prepare.build import prepare
from twin.prepare.deduplicate import repeats
from twin.prepare.explain import explain
from twin.prepare.near import BANDS, LONG, ROWS, Near
from twin.prepare.rules import Rules
from twin.schema import Turn

WORDS = [f"{first}{middle}{last}" for first in "bdkmprst" for middle in "aeiou" for last in ("l", "n", "rk", "st", "")]
OFFER = "hi, I am selling my old bicycle, it is in a good state and only two years old, the price is {} crowns, write to me if you want to see it this week"


def text(seed: int, length: int = 30) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def learned(*pairs: tuple[str, str], index: Near | None = None, cap: int = 0) -> list[str | None]:
    """What is said of each reply, in a conversation of its own."""
    known: set[bytes] = set()
    replies: Counter[bytes] = Counter()
    index = index or Near()
    return [repeats([Turn("Anna", False, (before,), False), Turn("Mira", True, (reply,), True)], known, replies, cap, index).get(1) for before, reply in pairs]


def test_a_long_reply_with_a_word_changed_is_a_near_duplicate() -> None:
    assert learned(("well?", OFFER.format(500)), ("well?", OFFER.format(450)), ("Well?", OFFER.format(500))) == [None, "near duplicate", "duplicate"]


def test_the_same_without_spaces_between_the_words() -> None:
    said = "我想把我的旧自行车卖掉它只用了两年状态很好价格是五百块如果你这个星期想来看看就给我写信吧我每天晚上都在家里等你来" * 2
    assert learned(("", said), ("", said.replace("五百", "四百"))) == [None, "near duplicate"]
    other = "".join(random.Random(1).choices(said, k=len(said)))
    assert learned(("", said), ("", other)) == [None, None]


def test_a_short_reply_is_near_to_nothing() -> None:
    short = "on my way, I just have to buy some bread and then I will be there at once"
    assert learned(*(("where are you?", reply) for reply in (short, f"{short} ok", f"ok {short}"))) == [None, None, None]
    assert len(f"{short} ok") < LONG
    assert learned(*(("where are you?", f"{reply} my dear") for reply in (short, f"{short} ok"))) == [None, "near duplicate"]
    index = Near()
    assert index.sketch("x " * 500, "y" * (LONG - 1)) is None
    assert index.sketch("", "y" * LONG) is not None


def test_another_reply_to_the_same_long_turn_is_not_near() -> None:
    """A turn before it that is much longer than the reply does not decide."""
    long = " ".join(text(0, 900))
    assert learned((long, " ".join(text(1))), (long, " ".join(text(2)))) == [None, None]


def test_the_same_long_reply_to_short_turns_is_near_and_to_long_ones_is_not() -> None:
    reply = " ".join(text(1))
    assert learned(("how come?", reply), ("why?", reply)) == [None, "near duplicate"]
    assert learned((" ".join(text(2)), reply), (" ".join(text(3)), reply)) == [None, None]


def test_only_what_is_learned_makes_others_near() -> None:
    pair = [("a?", OFFER.format(number)) for number in (500, 450)]
    assert learned(*pair) == [None, "near duplicate"]
    index = Near()
    capped = ("b?", OFFER.format(500))
    assert learned(pair[0], index=index) == [None]
    table = index._table.copy()
    assert learned(capped, pair[1], index=index) == ["near duplicate"] * 2
    assert np.array_equal(index._table, table)
    # what the cap keeps out is no better known than before
    index = Near()
    other = " ".join(text(5))
    assert learned((" ".join(text(6)), other), (" ".join(text(7)), other), (" ".join(text(7)), f"{other} ha"), index=index, cap=1) == [None, "reply cap", None]


def share_found(changed: int, length: int = 40) -> float:
    """How many of 60 texts are known again once `changed` of their words are others."""
    found = 0
    for seed in range(60):
        index, words = Near(), text(seed, length)
        sketch = index.sketch("", " ".join(words))
        assert sketch is not None
        assert not index.knows(sketch)
        index.add(sketch)
        for number in range(changed):
            words[(number * 2 + 1) * length // (changed * 2)] = f"x{number}"
        again = index.sketch("", " ".join(words))
        assert again is not None
        found += index.knows(again)
    return found / 60


def test_the_more_differs_the_less_is_near() -> None:
    """Shares of common pairs of words .90, .81, .53 and .25: 1 - (1 - s^8)^16 is .9999, .96, .10 and .0002."""
    expected = [1 - (1 - s**ROWS) ** BANDS for s in (37 / 41, 35 / 43, 27 / 51, 15.6 / 62.4)]
    found = [share_found(changed) for changed in (1, 2, 6, 12)]
    assert found[0] == 1
    assert found[1] > 0.85
    assert found[2] < 0.3
    assert found[3] == 0
    assert all(abs(one - other) < 0.15 for one, other in zip(found, expected, strict=True))


def test_different_texts_are_not_taken_for_one_another() -> None:
    index = Near()
    sketches = [index.sketch(" ".join(text(seed, 5)), " ".join(text(seed + 10_000))) for seed in range(1500)]
    for sketch in sketches:
        assert sketch is not None
        assert not index.knows(sketch)
        index.add(sketch)
    assert all(sketch and index.knows(sketch) for sketch in sketches)


def test_memory_is_the_same_however_much_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Near()._table.nbytes == 32 << 20
    monkeypatch.setattr(near, "SLOTS", 1 << 5)
    index = Near()
    for seed in range(200):
        sketch = index.sketch("", " ".join(text(seed)))
        assert sketch is not None
        index.add(sketch)
    assert index._table.nbytes == BANDS * 32 * 4
    assert sketch is not None
    assert index.knows(sketch)  # the last is not among the forgotten


def test_a_sketch_is_the_same_in_another_run() -> None:
    sketch = Near().sketch("well?", OFFER.format(500))
    again = Near().sketch("well?", OFFER.format(500))
    assert sketch is not None
    assert again is not None
    assert sketch.places.tolist() == again.places.tolist()
    assert (sketch.places.tolist()[:3], sketch.marks.tolist()[:3]) == ([341384, 10275, 503892], [1689043331, 4281408535, 801480621])


@given(st.text(max_size=150), st.text(min_size=LONG, max_size=150))
def test_any_text_has_a_sketch_and_is_near_to_itself(before: str, reply: str) -> None:
    index = Near()
    sketch = index.sketch(before, reply)
    assert sketch is not None
    assert int(sketch.places.max()) < near.SLOTS
    assert sketch.marks.all()
    index.add(sketch)
    assert index.knows(sketch)


# -- in a history -------------------------------------------------------------------------------------------------------


OUT = Path("dataset")


@pytest.fixture
def history() -> Iterator[History]:
    """Three days, on each the same offer with another price."""
    records = [
        message(10 * day + number, sender, said, minutes=1440 * 3 * day + number)
        for day, price in enumerate((500, 450, 400))
        for number, (sender, said) in enumerate(((ANNA, "what is new?"), (ME, OFFER.format(price)), (ANNA, "no"), (ME, f"ok, {price}")), 1)
    ]
    with History(Path("history.db")) as opened:
        import_exports([write(account(chat(*records)))], opened)
        yield opened


def rules(near_duplicates: Literal["auto", "on", "off"]) -> Rules:
    return Rules(timedelta(days=1), validation_share=0, test_share=0, near_duplicates=near_duplicates)


def test_near_duplicates_are_counted_and_told(history: History) -> None:
    report = prepare(history, OUT, rules("on"))
    assert (report.own_messages, report.targets, report.left_out) == (6, 4, {"near duplicate": 2})
    (fate,) = explain(history, OUT, rules("on"), ["12"])
    assert (fate.learned, fate.reason) == (False, "near duplicate")
    assert "nearly the same long reply to nearly the same turn is learned already" in fate.why
    assert fate.current
    assert prepare(history, OUT, rules("off")).left_out == {}


def test_a_small_history_is_not_thinned_unless_asked(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepare(history, OUT, rules("auto")).left_out == {}
    monkeypatch.setattr(decide, "MANY", 6)
    assert prepare(history, OUT, rules("auto")).left_out == {"near duplicate": 2}
    monkeypatch.setattr(decide, "MANY", 7)
    assert prepare(history, OUT, rules("auto")).left_out == {}


def test_only_what_lies_between_the_dates_makes_a_history_long(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "MANY", 6)
    assert prepare(history, OUT, replace(rules("auto"), until=START + timedelta(days=4))).left_out == {"outside the dates": 2}
