import json
import sqlite3
import stat
import threading

import pytest

from twin.conversations import Conversations, Preference
from twin.errors import ConversationsError
from twin.schema import ChatKind, Turn


def asked(*bubbles):
    return Turn("Priya", False, bubbles, False)


def replied(*bubbles):
    return Turn("Nika", True, bubbles, False)


@pytest.fixture
def store(tmp_path):
    store = Conversations(tmp_path / "conversations.db")
    yield store
    store.close()


def begun(store, *turns):
    first, *rest = turns
    conversation = store.begin("Priya", ChatKind.PERSONAL, "monday", first)
    for turn in rest:
        store.add(conversation, turn)
    return conversation


def said(store, conversation):
    return [kept.turn.bubbles for kept in store.turns(conversation)]


def place(store, conversation, index):
    return store.turns(conversation)[index].id


def rows(store, tmp_path):
    with sqlite3.connect(tmp_path / "conversations.db") as database:
        return [tuple(json.loads(bubbles)) for (bubbles,) in database.execute("SELECT bubbles FROM turns ORDER BY id")]


def test_a_conversation_is_there_again_when_the_file_is_opened_again(tmp_path):
    store = Conversations(tmp_path / "conversations.db")
    conversation = begun(store, asked("hi", "there?"), replied("yes 😀"))
    store.add(conversation, asked("and  now,\nafter all"), ())
    store.compare(place(store, conversation, 0), ("base says",))
    store.rate(place(store, conversation, 1), 1)
    before, entries = store.turns(conversation), store.entries()
    store.close()
    store = Conversations(tmp_path / "conversations.db")
    assert store.turns(conversation) == before
    assert store.entries() == entries
    assert [(kept.turn.bubbles, kept.base, kept.rating) for kept in before] == [
        (("hi", "there?"), ("base says",), 0),
        (("yes 😀",), (), 1),
        (("and  now,\nafter all",), (), 0),
    ]
    (entry,) = entries
    assert (entry.contact, entry.kind, entry.run, entry.first) == ("Priya", ChatKind.PERSONAL, "monday", "hi there?")
    assert entry.created <= entry.changed
    store.close()


def test_the_file_is_the_persons_alone(store, tmp_path):
    assert stat.S_IMODE((tmp_path / "conversations.db").stat().st_mode) == 0o600


def test_the_conversation_changed_last_comes_first(store):
    first, second = begun(store, asked("first")), begun(store, asked("second"))
    assert [entry.id for entry in store.entries()] == [second, first]
    store.add(first, replied("more"))
    assert [entry.id for entry in store.entries()] == [first, second]


def test_who_goes_on_speaking_stays_in_one_turn(store):
    conversation = begun(store, asked("hi"), asked("there?"), Turn("Zoya", False, ("me too",), False), replied("yes"), replied("no"))
    assert said(store, conversation) == [("hi", "there?"), ("me too",), ("yes",), ("no",)]


def test_a_reply_drawn_anew_takes_the_place_of_the_old_one_which_is_gone(store, tmp_path):
    conversation = begun(store, asked("hi"), replied("old"))
    store.cut(place(store, conversation, 0))
    assert said(store, conversation) == [("hi",)]
    store.add(conversation, replied("new"), ["a memory"])
    assert said(store, conversation) == [("hi",), ("new",)]
    assert store.turns(conversation)[1].remembered == ("a memory",)
    assert rows(store, tmp_path) == [("hi",), ("new",)]


def test_an_edited_message_ends_the_conversation_there(store, tmp_path):
    conversation = begun(store, asked("hi"), replied("yes"), asked("secret"), replied("ok"))
    store.edit(place(store, conversation, 2), ["no secret"])
    assert said(store, conversation) == [("hi",), ("yes",), ("no secret",)]
    assert ("secret",) not in rows(store, tmp_path)
    store.edit(place(store, conversation, 0), ["hello"])
    assert said(store, conversation) == [("hello",)]
    assert store.entries()[0].first == "hello"


def test_what_was_taken_out_is_gone_and_the_rest_stays(store, tmp_path):
    conversation = begun(store, asked("hi", "there?"), replied("yes"), asked("and now?"), replied("no", "not now"))
    store.change(place(store, conversation, 0), ["there?"])
    store.change(place(store, conversation, 1), [])
    store.change(place(store, conversation, 2), [])
    assert said(store, conversation) == [("there?",), ("and now?",)]
    assert rows(store, tmp_path) == [("there?",), ("and now?",)]
    store.change(place(store, conversation, 0), [])
    store.change(place(store, conversation, 0), [])
    assert said(store, conversation) == []
    assert store.entries() == []


def test_the_conversation_goes_on_from_a_correction(store):
    conversation = begun(store, asked("hi"), replied("wrong"), asked("and?"), replied("so"))
    store.correct(place(store, conversation, 1), ["right", "indeed"])
    assert said(store, conversation) == [("hi",), ("right", "indeed"), ("and?",), ("so",)]
    assert [kept.correction for kept in store.turns(conversation)] == [False, True, False, False]
    store.correct(place(store, conversation, 3), ["the end"])
    store.correct(place(store, conversation, 1), ["right"])  # a correction of one's own words: nothing to prefer them to
    assert said(store, conversation) == [("hi",), ("right",), ("and?",), ("the end",)]
    assert list(store.preferences()) == [
        Preference((asked("hi"),), "Priya", ChatKind.PERSONAL, ("right",), ("wrong",)),
        Preference((asked("hi"), replied("right"), asked("and?")), "Priya", ChatKind.PERSONAL, ("the end",), ("so",)),
    ]


def test_of_two_replies_to_the_same_the_one_rated_up_is_preferred(store):
    conversation = begun(store, asked("hi"), replied("bad"))
    for rating, reply in ((-1, "good"), (1, "nothing said of it"), (0, "worse"), (-1, "the last")):
        store.rate(place(store, conversation, 1), rating)
        store.cut(place(store, conversation, 0))
        store.add(conversation, replied(reply))
    assert said(store, conversation) == [("hi",), ("the last",)]
    assert [(found.chosen, found.rejected) for found in store.preferences()] == [(("good",), ("bad",)), (("good",), ("worse",))]
    store.add(conversation, asked("and?"))
    store.add(conversation, replied("up, but to something else"))
    store.rate(place(store, conversation, 3), 1)
    assert len(list(store.preferences())) == 2


def test_what_was_rated_is_kept_with_what_leads_to_it_when_the_conversation_is_cut(store, tmp_path):
    conversation = begun(store, asked("hi"), replied("yes"), asked("and?"), replied("bad"), asked("oh"), replied("unrated"))
    store.rate(place(store, conversation, 3), -1)
    store.edit(place(store, conversation, 0), ["hello"])
    assert said(store, conversation) == [("hello",)]
    assert rows(store, tmp_path) == [("hi",), ("yes",), ("and?",), ("bad",), ("hello",)]


def test_a_rating_can_be_taken_back(store, tmp_path):
    conversation = begun(store, asked("hi"), replied("bad"))
    bad = place(store, conversation, 1)
    store.rate(bad, -1)
    store.cut(place(store, conversation, 0))
    store.add(conversation, replied("good"))
    store.rate(place(store, conversation, 1), 1)
    assert len(list(store.preferences())) == 1
    store.rate(bad, 0)
    assert list(store.preferences()) == []
    assert rows(store, tmp_path) == [("hi",), ("good",)]


def test_nothing_is_left_in_the_file_of_what_was_deleted(store, tmp_path):
    conversation, other = begun(store, asked("a heron in the reeds"), replied("wrong")), begun(store, asked("stays"))
    store.correct(place(store, conversation, 1), ["a cormorant"])
    store.delete(conversation)
    assert [entry.id for entry in store.entries()] == [other]
    assert store.turns(conversation) == []
    assert list(store.preferences()) == []
    content = (tmp_path / "conversations.db").read_bytes()
    assert b"stays" in content
    assert b"heron" not in content
    assert b"cormorant" not in content


def test_a_change_is_made_as_a_whole_or_not_at_all(store, tmp_path):
    conversation = begun(store, asked("hi"), replied("yes"))
    with pytest.raises(ConversationsError, match="reload the page"):
        store.correct(12345, ["nothing to correct"])
    turn = place(store, conversation, 1)
    with sqlite3.connect(tmp_path / "conversations.db") as database:
        database.execute("CREATE TRIGGER full BEFORE UPDATE ON conversations BEGIN SELECT RAISE(ABORT, 'no space'); END")
    with pytest.raises(ConversationsError, match=r"no space; nothing was changed"):
        store.correct(turn, ["better"])
    assert said(store, conversation) == [("hi",), ("yes",)]
    assert len(rows(store, tmp_path)) == 2


def test_several_threads_can_use_it(store):
    conversation = begun(store, asked("hi"))
    threads = [threading.Thread(target=lambda: [store.add(conversation, asked("x")) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said(store, conversation) == [("hi", *["x"] * 80)]


def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "conversations.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with pytest.raises(ConversationsError, match=r"conversations\.db was written by a newer version of twin \(format 2, this one knows 1\); update twin"):
        Conversations(path)
    assert path.read_bytes() == before


def test_a_file_that_is_none_is_named(tmp_path):
    (tmp_path / "conversations.db").write_text("not a database, but long enough to be looked at as if it were one" * 20)
    with pytest.raises(ConversationsError, match=r"conversations\.db cannot be used for conversations: .*; move it away"):
        Conversations(tmp_path / "conversations.db")


def test_it_can_be_taken_along_as_text_and_as_json(store):
    conversation = begun(store, asked("hi", "there?"), replied("wrong"), asked("and?"), replied("so"))
    store.compare(place(store, conversation, 0), ["base"])
    store.correct(place(store, conversation, 1), ["right"])
    store.rate(place(store, conversation, 3), -1)
    assert store.as_text(conversation) == "Priya: hi\nPriya: there?\n\nNika: right\n\nPriya: and?\n\nNika: so\n"
    exported = json.loads(json.dumps(store.as_json(conversation)))
    assert (exported["contact"], exported["kind"], exported["run"]) == ("Priya", "personal", "monday")
    assert exported["turns"] == [
        {"name": "Priya", "twin": False, "bubbles": ["hi", "there?"], "base": ["base"]},
        {"name": "Nika", "twin": True, "bubbles": ["right"], "correction": True},
        {"name": "Priya", "twin": False, "bubbles": ["and?"]},
        {"name": "Nika", "twin": True, "bubbles": ["so"], "rating": -1},
    ]


def test_without_a_file_conversations_are_gone_with_the_program(tmp_path):
    store = Conversations(None)
    assert said(store, begun(store, asked("hi"))) == [("hi",)]
    assert list(tmp_path.iterdir()) == []
    store.close()
