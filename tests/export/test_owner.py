from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, old_message, write
from twin.errors import ExportFileError, UnknownPersonError, UsageError
from twin.export.files import import_exports
from twin.history import History


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


def owner(history: History, export: Any, me: str | None = None) -> int | None:
    import_exports([write(export)], history, me=me)
    return history.me


GROUP = chat(message(1, ANNA), message(2, ME), message(3, ME), message(4, BORIS), kind="private_group", number=5, name="Team")


def test_a_full_export_says_so(history: History) -> None:
    assert owner(history, account(chat(message(1, ANNA)))) == ME


def test_in_a_personal_chat_it_is_who_is_not_the_contact(history: History) -> None:
    assert owner(history, chat(message(1, ANNA), message(2, ME))) == ME


def test_in_a_personal_chat_the_contact_may_have_said_nothing(history: History) -> None:
    assert owner(history, chat(message(1, ME))) == ME


def test_in_saved_messages_it_is_the_chat(history: History) -> None:
    assert owner(history, chat(message(1, ME), message(2, ANNA), kind="saved_messages", number=ME)) == ME


def test_the_type_bits_of_2020_say_who_the_contact_is(history: History) -> None:
    assert owner(history, chat(old_message(1, ANNA), old_message(2, ME), number=1 << 32 | ANNA)) == ME


def test_an_account_without_its_own_data_has_chats_that_agree(history: History) -> None:
    chats = [chat(message(1, ANNA), message(2, ME)), chat(message(1, BORIS), number=BORIS), chat(message(1, ME), message(2, BORIS), number=BORIS), GROUP]
    assert owner(history, {"chats": {"list": chats}}) == ME


@pytest.mark.parametrize(
    "export",
    [
        GROUP,
        chat(message(1, ANNA)),
        chat(message(1, ME), message(2, BORIS)),
        chat(old_message(1, ANNA), old_message(2, ME), number=987),
        chat(old_message(1, ME), number=987),
        {"chats": {"list": [chat(message(1, ANNA), message(2, ME)), chat(message(1, ANNA), message(2, BORIS))]}},
        account(GROUP) | {"personal_information": {"user_id": True}},
        account(GROUP) | {"personal_information": {"user_id": "1000"}},
        account(GROUP) | {"personal_information": None},
    ],
)
def test_else_the_person_is_asked(history: History, export: Any) -> None:
    with pytest.raises(UnknownPersonError, match="--me"):
        owner(history, export)
    assert (history.me, history.chats()) == (None, [])


def test_the_question_lists_the_senders_by_how_much_they_write(history: History) -> None:
    nobody = message(5, 4000) | {"from": None}
    channel = message(6) | {"from_id": "channel9", "from": "News"}
    export = GROUP | {"messages": [*GROUP["messages"], nobody, channel]}
    with pytest.raises(UnknownPersonError) as raised:
        owner(history, export)
    assert "user1000 Mira (2 messages), user2000 Anna (1 messages), user3000 Boris (1 messages), user4000 (deleted account) (1 messages)" in str(raised.value)
    assert "News" not in str(raised.value)
    assert "more" not in str(raised.value)
    assert isinstance(raised.value, UsageError)


def test_a_long_list_of_senders_is_cut(history: History) -> None:
    many = [message(number, 100 + number) | {"from": f"A\nB{number}"} for number in range(11)]
    with pytest.raises(UnknownPersonError, match=r"A B0 .* and 3 more$"):
        owner(history, GROUP | {"messages": many})


@pytest.mark.parametrize("me", ["user1000", "1000", "Mira", "mira", " Mira "])
def test_me_is_an_id_or_a_name(history: History, me: str) -> None:
    assert owner(history, GROUP, me) == ME


@pytest.mark.parametrize("me", ["user9", "9", "Mir", "", "²", "9" * 5000, "chat1", "-1000", "Mira\nLund"])
def test_me_must_write_there(history: History, me: str) -> None:
    with pytest.raises(UnknownPersonError, match=r"nobody called .*user1000 Mira \(2 messages\)") as raised:
        owner(history, GROUP, me)
    assert "\n" not in str(raised.value)


def test_a_name_of_two_senders_is_refused(history: History) -> None:
    twice = GROUP | {"messages": [*GROUP["messages"], message(9, 4000) | {"from": "Mira"}]}
    with pytest.raises(UnknownPersonError, match="several senders are called Mira"):
        owner(history, twice, "Mira")
    assert owner(history, twice, "4000") == 4000


@pytest.mark.parametrize("me", ["user1000", "Mira Lund"])
def test_me_may_be_the_owner_of_an_account_who_wrote_nothing(history: History, me: str) -> None:
    assert owner(history, account(chat(message(1, ANNA))), me) == ME


def test_a_history_that_has_an_owner_answers_for_a_chat_that_does_not_say(history: History) -> None:
    owner(history, account(chat(message(1, ANNA), message(2, ME))))
    assert owner(history, GROUP) == ME
    with pytest.raises(UnknownPersonError):
        owner(history, chat(message(1, ANNA), kind="private_group", number=6))


def test_a_broken_file_is_no_question(history: History) -> None:
    path = write(GROUP)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ExportFileError, match="at byte"):
        import_exports([path], history)
