import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.schema import ChatKind, Conversation, Turn, conversation_from_json, conversation_to_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    bubbles = draw(st.lists(TEXT | st.just("two\nlines\n\n") | st.just(""), min_size=1, max_size=4))
    mine = draw(st.booleans())
    return Turn(draw(TEXT), mine, tuple(bubbles), mine and draw(st.booleans()), tuple(draw(st.integers()) for _ in bubbles))


CONVERSATIONS = st.builds(
    Conversation,
    chat_id=st.integers(),
    chat=TEXT,
    kind=st.sampled_from(ChatKind),
    person=TEXT,
    date=st.datetimes(timezones=st.just(UTC)),
    turns=st.lists(turns(), max_size=5).map(tuple),
)


@given(conversation=CONVERSATIONS)
def test_a_conversation_survives_its_line_exactly(conversation: Conversation) -> None:
    line = json.dumps(conversation_to_json(conversation), ensure_ascii=False)
    assert "\n" not in line
    assert conversation_from_json(json.loads(line)) == conversation


def test_the_form_of_a_line() -> None:
    mine = Turn("Mira", True, ("a\nb", "c"), True, (2, 3))
    conversation = Conversation(5, "Anna", ChatKind.PERSONAL, "Mira", datetime(2024, 1, 1, tzinfo=UTC), (Turn("Anna", False, ("hi",), False, (1,)), mine))
    forward = Turn("Mira", True, ("[forwarded] x",), False, (4,))
    line = conversation_to_json(Conversation(5, "Anna", ChatKind.PERSONAL, "Mira", conversation.date, (*conversation.turns, forward)))
    assert line == {
        "messages": [
            {"role": "user", "name": "Anna", "content": "hi", "bubbles": [0], "ids": [1]},
            {"role": "assistant", "name": "Mira", "content": "a\nb\nc", "bubbles": [0, 4], "ids": [2, 3]},
            {"role": "assistant", "name": "Mira", "content": "[forwarded] x", "weight": 0, "bubbles": [0], "ids": [4]},
        ],
        "chat_id": 5,
        "chat": "Anna",
        "kind": "personal",
        "person": "Mira",
        "date": "2024-01-01T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    "line", [{}, {"messages": 1}, {"messages": [{}]}, [], {"messages": [], "chat_id": 1, "chat": "", "kind": "x", "person": "", "date": ""}]
)
def test_anything_else_is_an_error(line: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        conversation_from_json(line)  # type: ignore[arg-type]
