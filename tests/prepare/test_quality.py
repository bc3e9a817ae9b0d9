from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports import ANNA, ME, account, chat, message, write
from twin.export.files import import_exports
from twin.history import History
from twin.prepare.build import prepare
from twin.prepare.explain import explain
from twin.prepare.quality import fault
from twin.prepare.rules import Rules
from twin.prepare.slurs import slurs

OUT = Path("dataset")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("!" * 21, "only signs"),
        ("😂" * 21, "only signs"),
        ("?!?!?! ... ?!?!?! ... ?!?!?!", "only signs"),
        ("asdasdasd", "mashed keys"),
        ("qwertyuiop", "mashed keys"),
        ("lkjhgfdsa", "mashed keys"),
        ("фывапролдж", "mashed keys"),
        ("sdkjfhskdjfh ok", "mashed keys"),
        ("ЫВФЫВФЫВФЫВФ", "mashed keys"),
        ("ok " * 501, "pasted text"),
        ("\n".join("abcdefghijklmnopqrstuvwxyz"), "pasted text"),
        ("https://example.org/some/page", "mostly links"),
        ("look www.example.org/some/page", "mostly links"),
        ("1 200,00 | 3 400,00 | 5 600,00 | 7 800,00 | 9 000,00 | 1 000,00", "mostly no letters"),
        ("+---+---+---+---+---+---+---+---+---+---+---+ ok", "mostly no letters"),
    ],
)
def test_what_teaches_nothing_is_named(reply: str, reason: str) -> None:
    assert fault([reply]) == reason


@pytest.mark.parametrize(
    "reply",
    [
        *("ok", "👍", "???", "...", "😂😂😂😂😂", "👨\u200d👩\u200d👧\u200d👦 👨\u200d👩\u200d👧\u200d👦", "+1", "12:30", "42", "№ 5 (12.50)"),
        *(
            "hahahahaha",
            "jajajajaja",
            "ахахахаха",
            "ололололо",
            "xdxdxdxdxd",
            "rsrsrsrsrs",
            "mdrmdrmdr",
            "kkkkkkkkkk",
            "hmmmmmmmmmm",
            "grrrrmpfff",
            "тссссссссс",
            "нууууууууу",
        ),
        *("property", "reporter", "проложить", "rhythms", "strengths", "Angstschweiß", "Rechtschreibung", "взбзднуть", "qwerty", "asdf", "ζητήματα"),
        *("is it asdfghjkl or qwertyuiop that you type when you are bored by something?", "I read https://example.org/a and I did not like what it says"),
        *("x" * 1500, "\n".join("abcdefghijklmnopqrstuvwxy"), "क्या आप कल शाम को मेरे साथ फ़िल्म देखने चलेंगे? बहुत मज़ा आएगा", "", " "),
        "call me at 12:30 or at 14:30, 15:30, 16:30, whenever you want to",
    ],
)
def test_what_people_write_is_left_alone(reply: str) -> None:
    assert fault([reply]) is None


def test_a_reply_is_looked_at_as_a_whole_and_its_messages_for_their_length() -> None:
    assert fault(["!" * 15, "?" * 15]) == "only signs"
    assert fault(["!" * 30, "ok"]) is None
    assert fault(["ok"] * 400) is None
    assert fault(["ok", "so " * 600]) == "pasted text"


@given(st.lists(st.text(st.characters() | st.sampled_from("asdfhtp:/w. !\n"), max_size=60), max_size=3))
def test_any_text_has_a_verdict(bubbles: list[str]) -> None:
    assert fault(bubbles) in {None, "only signs", "mashed keys", "pasted text", "mostly links", "mostly no letters"}
    assert slurs(bubbles) >= 0


@pytest.mark.parametrize(
    ("reply", "count"),
    [
        ("that faggot again", 1),
        ("FAGGOTS, and retarded!", 2),
        ("все пидоры", 1),
        ("Пидорасам и жидам", 2),
        ("узкоглазые", 1),
        ("о хохлах и москалях", 2),
        ("what the fuck, shit, блять", 0),
        ("жидкий, жидкость, хочу хачапури, печурка, хохолок", 0),
        ("a spicy raccoon in the Nigerian retardation of a fire", 0),
        ("Нигер и Нигерия, москальная", 0),
        ("", 0),
    ],
)
def test_slurs_are_counted_with_their_inflections_and_nothing_that_only_looks_like_one(reply: str, count: int) -> None:
    assert slurs([reply]) == count
    assert slurs(["hi", reply]) == count


# -- in a history -------------------------------------------------------------------------------------------------------


@pytest.fixture
def history() -> Iterator[History]:
    said = ["fine", "!" * 30, "asdasdasd", "https://example.org", "they are retards", "retarded sluts", "retarded slut " + "!" * 100, "fine"]
    records = [message(2 * number + own, ME if own else ANNA, reply if own else f"{number}?") for number, reply in enumerate(said) for own in (0, 1)]
    with History(Path("history.db")) as opened:
        import_exports([write(account(chat(*records)))], opened)
        yield opened


def left_out(history: History, quality: bool = False, toxic_words: int = 0) -> dict[str, int]:
    rules = Rules(timedelta(days=1), validation_share=0, test_share=0, quality=quality, toxic_words=toxic_words)
    report = prepare(history, OUT, rules)
    assert report.own_messages == 8 == report.targets + report.left_out.total()
    return dict(report.left_out)


def test_the_filters_are_off_unless_asked_for(history: History) -> None:
    assert left_out(history) == {}


def test_each_filter_counts_under_its_own_name(history: History) -> None:
    quality = {"only signs": 1, "mashed keys": 1, "mostly links": 1, "mostly no letters": 1}
    assert left_out(history, quality=True) == quality
    assert left_out(history, toxic_words=1) == {"slurs": 3}
    assert left_out(history, toxic_words=2) == {"slurs": 2}
    assert left_out(history, quality=True, toxic_words=1) == quality | {"slurs": 2}  # the first that holds


def test_what_a_filter_leaves_out_is_told_and_stays_as_context(history: History) -> None:
    rules = Rules(timedelta(days=1), validation_share=0, test_share=0, quality=True, toxic_words=1)
    prepare(history, OUT, rules)
    mashed, slur = (explain(history, OUT, rules, [wanted])[0] for wanted in ("5", "9"))
    assert (mashed.reason, mashed.learned, mashed.current) == ("mashed keys", False, True)
    assert "filter.quality" in mashed.why
    assert (slur.reason, slur.learned) == ("slurs", False)
    assert "filter.toxic_words" in slur.why
    assert mashed.decision.conversation
    assert "asdasdasd" in [bubble for turn in mashed.decision.conversation.turns for bubble in turn.bubbles]


def test_what_a_filter_leaves_out_was_not_learned_and_has_no_duplicates() -> None:
    records = [message(number, ME if number % 2 else ANNA, "!" * 30 if number % 2 else "well?", minutes=3000 * number) for number in range(8)]
    records = [*records, message(9, ANNA, "well?", minutes=3000 * 7 + 1), message(10, ME, "fine", minutes=3000 * 7 + 2)]
    with History(Path("history.db")) as history:
        import_exports([write(account(chat(*records)))], history)
        report = prepare(history, OUT, Rules(timedelta(days=1), validation_share=0, test_share=0, quality=True))
    assert report.left_out == {"only signs": 4}
