from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.prepare.deduplicate import normalise, repeats
from twin.schema import Turn


def theirs(*bubbles: str, name: str = "Anna") -> Turn:
    return Turn(name, False, bubbles, False)


def mine(*bubbles: str, learn: bool = True) -> Turn:
    return Turn("Mira", True, bubbles, learn)


def found(*conversations: tuple[Turn, ...], cap: int = 0) -> list[dict[int, str]]:
    """What repeats in the conversations of one chat."""
    pairs: set[bytes] = set()
    replies: Counter[bytes] = Counter()
    return [repeats(turns, pairs, replies, cap) for turns in conversations]


def test_the_first_pair_is_learned_and_every_later_one_is_a_duplicate() -> None:
    pair = (theirs("how are you?"), mine("well"))
    assert found(pair, pair, pair) == [{}, {1: "duplicate"}, {1: "duplicate"}]
    assert found((*pair, *pair)) == [{3: "duplicate"}]


@pytest.mark.parametrize(
    ("context", "reply"),
    [
        ("HOW are you?", "well"),
        ("how  are\tyou?", "Well"),
        ("how are\u00a0you?", "ＷＥＬＬ"),
        ("how\nare you?", "we\u2113l"),
    ],
)
def test_case_space_and_compatibility_forms_make_no_difference(context: str, reply: str) -> None:
    assert found((theirs("how are you?"), mine("well")), (theirs(context), mine(reply))) == [{}, {1: "duplicate"}]


def test_bubbles_and_names_make_no_difference() -> None:
    assert found((theirs("how are you?"), mine("very", "well")), (theirs("how are", "you?", name="Boris"), mine("very well"))) == [{}, {1: "duplicate"}]


@pytest.mark.parametrize(
    ("context", "reply"),
    [("how are you?", "well 2"), ("how are you 2?", "well"), ("how are you?", "we ll"), ("how are you?w", "ell")],
)
def test_another_context_or_reply_is_no_duplicate(context: str, reply: str) -> None:
    assert found((theirs("how are you?"), mine("well")), (theirs(context), mine(reply))) == [{}, {}]


def test_digits_are_kept() -> None:
    assert found(*((theirs("when?"), mine(f"at {hour}")) for hour in range(24))) == [{}] * 24


def test_the_context_is_the_turn_before_whoever_spoke_it() -> None:
    assert found((theirs("a"), mine("[photo]", learn=False), mine("sea")), (theirs("b"), mine("[photo]", learn=False), mine("sea"))) == [{}, {2: "duplicate"}]


def test_a_reply_that_opens_a_conversation_makes_a_pair_with_nothing() -> None:
    assert found((mine("hi"),), (mine("Hi"), theirs("hi"), mine("hi")), (theirs("hi"), mine("hi"))) == [{}, {0: "duplicate"}, {1: "duplicate"}]


def test_what_is_not_learned_anyway_is_no_repetition() -> None:
    assert found((theirs("a"), mine("x", learn=False)), (theirs("a"), mine("x"))) == [{}, {}]


def test_the_same_reply_is_learned_as_often_as_the_cap_allows() -> None:
    asked = [(theirs(f"question {number}"), mine("ok" if number % 2 else "OK", "да")) for number in range(6)]
    assert found(*asked, cap=2) == [{}, {}, *[{1: "reply cap"}] * 4]
    assert found(*asked, cap=0) == [{}] * 6


def test_a_duplicate_does_not_count_towards_the_cap_nor_a_capped_reply_as_learned() -> None:
    first, second, third = ((theirs(text), mine("ok")) for text in "abc")
    assert found(first, first, second, third, third, cap=2) == [{}, {1: "duplicate"}, {}, {1: "reply cap"}, {1: "reply cap"}]
    pairs: set[bytes] = set()
    repeats(first, pairs, Counter(), 1)
    chat: Counter[bytes] = Counter()
    assert [repeats(turns, pairs, chat, 1) for turns in (second, third)] == [{}, {1: "reply cap"}]
    assert repeats(third, pairs, Counter(), 1) == {}  # in another chat it is the first


def test_memory_is_eight_bytes_a_pair() -> None:
    pairs: set[bytes] = set()
    repeats([theirs("x" * 1000), mine("y" * 1000)], pairs, Counter(), 0)
    assert [len(pair) for pair in pairs] == [8]


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \n\t\u3000ßẞΣςІi̇ﬁ①"), max_size=20))
def test_normalising_keeps_no_space_and_no_case(text: str) -> None:
    normal = normalise(text)
    assert normal == " ".join(normal.split())
    assert normalise(f" {text}\n") == normal
    assert normalise(text.replace(" ", " \t ")) == normal
    assert normal == normal.casefold()
