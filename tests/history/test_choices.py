import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import HistoryError, UsageError
from twin.history import ChatSummary, Choice, Coverage, History, Stored, choices_of, find_chats
from twin.schema import Chat, ChatKind, Message

PATH = Path("history.db")
DATE = datetime(2024, 1, 1, tzinfo=UTC)
ME, ANNA, BORIS, TEAM, SOLO = 1, 2, 3, -5, 6
EXCLUDED, FORGOTTEN = Choice.EXCLUDED, Choice.FORGOTTEN


def message(number: int, chat_id: int = ANNA, sender_id: int | None = ME, text: str = "hello", minutes: int = 0) -> Message:
    return Message(chat_id, number, sender_id, DATE + timedelta(minutes=minutes), text)


@pytest.fixture
def history() -> Iterator[History]:
    """Anna and Boris write to the person, and both in a group; Solo in another group only."""
    with History(PATH) as history:
        with history.transaction():
            history.set_me(ME)
            for chat in (Chat(ANNA, ChatKind.PERSONAL, "Anna"), Chat(BORIS, ChatKind.PERSONAL, None), Chat(TEAM, ChatKind.GROUP, "Team")):
                history.put_chat(chat)
            history.put_people({ME: "Mira", ANNA: "Anna K.", BORIS: "Борис", SOLO: "Solo"})
            history.put_messages([message(1, minutes=9), message(2, sender_id=ANNA, minutes=3), message(3, sender_id=None, minutes=5)])
            history.put_messages([message(1, BORIS, BORIS), message(1, TEAM, SOLO), message(2, TEAM, BORIS, "in the group")])
            history.put_coverage(ANNA, Coverage(((0, 3),)))
            history.put_import("digest", {"chats": 3})
        yield history


def test_chats_are_listed_with_what_is_in_them(history: History) -> None:
    with history.transaction():
        history.exclude(ANNA)
        history.exclude(99)
    minute = timedelta(minutes=1)
    assert history.summaries() == [
        ChatSummary(ANNA, ChatKind.PERSONAL, "Anna K.", 3, 1, DATE + 3 * minute, DATE + 9 * minute, EXCLUDED, "Anna"),
        ChatSummary(TEAM, ChatKind.GROUP, "Team", 2, 0, DATE, DATE, None, "Team"),
        ChatSummary(BORIS, ChatKind.PERSONAL, "Борис", 1, 0, DATE, DATE, None),
        ChatSummary(99, None, None, 0, 0, None, None, EXCLUDED),
    ]


def test_an_excluded_chat_stays_where_it_is(history: History) -> None:
    with history.transaction():
        history.exclude(ANNA)
        assert history.put_messages([message(4)]) == Stored(added=1)
    assert history.choices() == {ANNA: EXCLUDED}
    assert (len(list(history.messages(ANNA))), history.coverage(ANNA)) == (4, Coverage(((0, 3),)))
    assert history.written(ME, [ChatKind.PERSONAL]) == ([], [])
    with history.transaction():
        history.include(ANNA)
    assert history.choices() == {}
    assert history.written(ME, [ChatKind.PERSONAL])[1] == [ANNA]
    assert history.imported("digest")


def test_of_a_forgotten_chat_nothing_is_left_but_its_id(history: History) -> None:
    with history.transaction():
        assert history.forget(ANNA) == 3
    assert history.choices() == {ANNA: FORGOTTEN}
    assert [chat.id for chat in history.chats()] == [TEAM, BORIS]
    assert (list(history.messages(ANNA)), history.coverage(ANNA), history.covered_chats()) == ([], Coverage(), [])
    assert history.summaries()[-1] == ChatSummary(ANNA, None, None, 0, 0, None, None, FORGOTTEN)
    assert history.names() == {ME: "Mira", BORIS: "Борис", SOLO: "Solo"}
    assert history.imported("digest") is None
    with history.transaction():
        assert history.forget(TEAM) == 2
    assert history.names() == {ME: "Mira", BORIS: "Борис"}, "the person stays, and who is in another chat"


def test_the_contact_of_a_chat_that_stays_keeps_their_name(history: History) -> None:
    with history.transaction():
        history.delete_messages(BORIS, [1])
        history.put_messages([message(2, BORIS)])
        history.forget(TEAM)
    assert history.names()[BORIS] == "Борис", "it is the chat's name"


def test_a_forgotten_chat_stays_forgotten_until_it_is_included(history: History) -> None:
    with history.transaction():
        history.forget(ANNA)
        history.exclude(ANNA)
        history.put_chat(Chat(ANNA, ChatKind.PERSONAL, "Anna"))
        history.put_coverage(ANNA, Coverage(((0, 9),)))
        history.put_import("digest", {"chats": 3})
        assert history.put_messages([message(1), message(1, BORIS, BORIS), message(2, BORIS, BORIS)]) == Stored(added=1, unchanged=1, forgotten=1)
    assert history.choices() == {ANNA: FORGOTTEN}
    assert (list(history.messages(ANNA)), history.coverage(ANNA)) == ([], Coverage())
    assert "'Anna'" not in str([*sqlite3.connect(PATH).execute("SELECT * FROM chats")])
    with history.transaction():
        history.include(ANNA)
        history.put_chat(Chat(ANNA, ChatKind.PERSONAL, "Anna"))
        assert history.put_messages([message(1)]) == Stored(added=1)
    assert history.imported("digest") is None, "the file that has it must be read again"
    assert ANNA in [chat.id for chat in history.chats()]


def all_bytes() -> bytes:
    return b"".join(path.read_bytes() for path in PATH.parent.glob("history.db*"))


def test_what_is_forgotten_is_not_in_the_bytes_either(history: History) -> None:
    secrets = [f"secret {number} of chat" for number in range(3000)]
    with history.transaction():
        for number, text in enumerate(secrets):  # among others on each page
            history.put_messages([message(number + 10, ANNA, ANNA, text), message(number + 10, BORIS, BORIS, f"{text} of Boris's")])
    assert b"secret 7 of chat" in all_bytes()
    with history.transaction():
        history.forget(ANNA)
    history.erase_deleted()
    for content in (all_bytes(), PATH.read_bytes()):
        assert content.count(b"secret ") == content.count(b"of chat of Boris's") == 3000
        assert b"Anna" not in content
    assert len(list(history.messages(BORIS))) == 3001


def test_bytes_that_another_command_keeps_are_told_and_the_same_again_erases_them(history: History) -> None:
    history._database.execute("PRAGMA busy_timeout = 0")
    with History(PATH) as reader:
        others = reader.messages(ANNA)
        next(others)
        with history.transaction():
            history.forget(ANNA)
        with pytest.raises(HistoryError, match="still in the file's bytes"):
            history.erase_deleted()
        others.close()  # type: ignore[attr-defined]
    history.erase_deleted()
    assert b"Anna" not in all_bytes()


IDS = st.sampled_from([ANNA, BORIS, TEAM])
RECORDS = st.lists(
    st.builds(message, st.integers(0, 30), IDS, st.sampled_from([ME, ANNA, BORIS, SOLO, 7, None])), unique_by=lambda record: (record.chat_id, record.id)
)


@settings(max_examples=50)
@given(records=RECORDS, gone=st.sets(IDS), again=st.booleans())
def test_forgetting_is_as_if_the_chat_had_never_come(records: list[Message], gone: set[int], again: bool) -> None:
    for path in PATH.parent.glob("history.db*"):
        path.unlink()
    with History(PATH) as history, history.transaction():
        history.set_me(ME)
        for chat_id in (ANNA, BORIS, TEAM):
            history.put_chat(Chat(chat_id, ChatKind.GROUP, None))
        history.put_people({record.sender_id: f"name {record.sender_id}" for record in records if record.sender_id})
        history.put_messages(records)
        kept = [record for record in records if record.chat_id not in gone]
        assert sum(map(history.forget, gone)) == len(records) - len(kept)
        assert sum(map(history.forget, gone)) == 0
        if again:
            assert history.put_messages(records) == Stored(unchanged=len(kept), forgotten=len(records) - len(kept))
        assert {(record.chat_id, record.id) for chat in history.chats() for record in history.messages(chat.id)} == {record[:2] for record in kept}
        if gone:
            people = {record.sender_id for record in kept} | ({ME, ANNA, BORIS} - gone)  # who writes, and the contacts of chats that stay
            assert set(history.names()) == people & {record.sender_id for record in records if record.sender_id}


def test_choices_of_a_workspace_without_history() -> None:
    assert choices_of(PATH) == {}
    assert not PATH.exists()
    with History(PATH) as history, history.transaction():
        history.exclude(5)
    assert choices_of(PATH) == {5: EXCLUDED}


# -- which chat is meant ------------------------------------------------------------------------------------------------

CHATS = [
    ChatSummary(number, ChatKind.PERSONAL if number > 0 else ChatKind.GROUP, name, 1000, 0, DATE, DATE, None, name and name.partition(" ")[0])
    for number, name in ((2, "Anna Berg"), (3, "STRASSE"), (4, None), (-5, "The Team of 2024"), (7, "2"), (8, "77"), (9, "Same"), (-10, "same"))
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["anna"], [2]),  # the first name alone
        (["anna berg"], [2]),
        (["straße"], [3]),
        (["-5", "4"], [-5, 4]),
        (["2"], [2]),  # an id first
        (["77"], [8]),
        (["12345", "-100200"], [12345, -100200]),  # not known yet
        (["Anna", "2", "Anna"], [2]),
        (["9"], [9]),
    ],
)
def test_a_chat_is_meant_by_id_or_name(wanted: list[str], found: list[int]) -> None:
    assert find_chats(CHATS, wanted) == found


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("Ana Berg", "no chat is called Ana Berg; near to it: Anna Berg"),
        ("team", "no chat is called team; near to it: The Team of 2024"),
        ("x", "no chat is called x; see all of them with: twin chats"),
        ("", "see all of them"),
        ("SAME", r"2 chats are called SAME; give the id .*: 9 \(Same, personal, 1,000 messages\), -10 \(same, group, 1,000 messages\)$"),
    ],
)
def test_a_name_that_means_no_chat_or_several_is_an_error_that_helps(wanted: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find_chats(CHATS, ["Anna", wanted])
