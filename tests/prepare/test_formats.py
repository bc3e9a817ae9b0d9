from datetime import UTC, datetime

from twin.prepare.formats import instruction
from twin.schema import ChatKind, Conversation, Turn


def theirs(*bubbles: str) -> Turn:
    return Turn("Anna", False, bubbles, False)


def mine(*bubbles: str, learn: bool = True) -> Turn:
    return Turn("Mira", True, bubbles, learn)


def records(*turns: Turn) -> list[dict[str, str]]:
    return list(instruction(Conversation(1, "Anna", ChatKind.PERSONAL, "Mira", datetime(2024, 1, 1, tzinfo=UTC), turns)))


def test_each_reply_is_a_record_that_does_not_hold_itself_in_its_prompt() -> None:
    assert records(theirs("hi", "there?"), mine("yes"), theirs("good"), Turn("Boris", False, ("me too",), False), mine("fine", "bye")) == [
        {"instruction": "Anna: hi\nAnna: there?", "context": "", "response": "yes"},
        {"instruction": "Anna: good\nBoris: me too", "context": "Anna: hi\nAnna: there?\nMira: yes", "response": "fine\nbye"},
    ]


def test_what_is_not_learned_is_context_and_no_record() -> None:
    assert records(theirs("hi"), mine("[photo]", learn=False), mine("me")) == [{"instruction": "", "context": "Anna: hi\nMira: [photo]", "response": "me"}]


def test_a_conversation_may_begin_with_the_person() -> None:
    assert records(mine("hi"), theirs("hi")) == [{"instruction": "", "context": "", "response": "hi"}]
