"""`twin export` against a real MTProto server: what comes, what is asked for, and what is left after something went wrong."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT
from tests.telegram.exporting import ANNA, BORIS, LATELY, ME, NOON, Seen, rows, run, small_world, talk, texts, workspace
from tests.telegram.server import TelegramServer
from tests.telegram.world import World
from twin.errors import HistoryError, Interrupted, LoginError, TelegramError, UsageError
from twin.history import History

CLIMBERS = -(10**12) - 70


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer(small_world()) as server:
        yield server


def asked(server: TelegramServer) -> Counter[str]:
    """The calls that read, since the last `clear`."""
    return Counter(call.method for call in server.calls if call.method in ("GetHistory", "GetDialogs", "GetFullChannel"))


def test_personal_chats_come_whole_and_the_others_are_counted(server: TelegramServer) -> None:
    seen = Seen()
    done = run(server, seen=seen)
    assert done.imported.to_json() == {"chats": 2, "messages": 280, "added": 280, "updated": 0, "unchanged": 0, "left_out": {}}
    assert done.left_out_chats == {"bot": 1, "channel": 1, "service account": 1, "group not named": 2, "your own notes": 1}
    assert texts(ANNA) == [f"{ANNA} says {number} 🙂 жук" for number in range(250)]
    assert [number for number, _ in rows()["people"]] == [ME, ANNA, BORIS]
    assert dict(rows()["facts"]) == {"me": ME}
    last = seen.progress[-1]
    assert (last.chats, last.received, last.expected) == (2, 280, 280)
    assert seen.progress[0].chat_total == 250 or seen.progress[0].chat == "Борис"


def test_a_second_run_asks_for_nothing_but_one_sweep_and_the_tails(server: TelegramServer) -> None:
    talk(server.world, ANNA, 150, begin=LATELY, minutes=0.1)
    run(server)
    before = rows()
    server.clear()
    assert run(server).imported.to_json()["added"] == 0
    assert rows() == before
    assert asked(server) == {"GetHistory": 2, "GetDialogs": 1}  # the tail of Anna's chat is more than a page
    server.world.say(BORIS, BORIS, "you there?", LATELY)
    server.clear()
    assert run(server).imported.stored.added == 1
    assert asked(server) == {"GetHistory": 3, "GetDialogs": 1}
    assert texts(BORIS)[-1] == "you there?"


def test_edits_and_deletions_in_the_tail_are_taken_over_and_older_ones_on_request(server: TelegramServer) -> None:
    old = server.world.histories[ANNA].numbers[10]
    recent = talk(server.world, ANNA, 40, begin=LATELY, minutes=0.1)
    run(server)
    server.world.edit(ANNA, recent[0], "the first of the tail", LATELY + timedelta(hours=1))
    server.world.edit(ANNA, recent[5], "better put", LATELY + timedelta(hours=1))
    server.world.delete(ANNA, recent[7])
    server.world.delete(ANNA, recent[-1])  # the newest: nothing of it is left to ask for
    server.world.edit(ANNA, old, "put otherwise years later", LATELY)
    done = run(server)
    assert (done.imported.stored.updated, done.deleted) == (2, 2)
    assert {"the first of the tail", "better put"} <= set(texts(ANNA))
    assert "put otherwise years later" not in texts(ANNA)
    assert len(texts(ANNA)) == 288
    assert run(server, rescan_days=10_000).imported.stored.updated == 1
    assert "put otherwise years later" in texts(ANNA)


def test_what_happened_since_a_long_ago_run_is_read_from_before_that_run_on(server: TelegramServer) -> None:
    """The tail begins before the last export, not before today: in between, messages may have been edited."""
    ids = talk(server.world, ANNA, 10, begin=NOON + timedelta(days=30))
    run(server)
    with History(Path("history.db")) as history, history.transaction():  # as if that had been a month ago
        coverage = history.coverage(ANNA)
        history.put_coverage(ANNA, replace(coverage, checked=NOON + timedelta(days=31)))
    server.world.edit(ANNA, ids[3], "edited the day after", NOON + timedelta(days=31, hours=1))
    assert run(server).imported.stored.updated == 1
    assert "edited the day after" in texts(ANNA)


@pytest.mark.parametrize("narrow", [{"until": NOON + timedelta(days=20)}, {"since": NOON + timedelta(days=40)}])
def test_a_run_that_does_not_read_the_whole_tail_leaves_it_to_the_next(server: TelegramServer, narrow: dict[str, Any]) -> None:
    ids = talk(server.world, ANNA, 10, begin=NOON + timedelta(days=30))
    run(server)
    with History(Path("history.db")) as history, history.transaction():
        before = replace(history.coverage(ANNA), checked=NOON + timedelta(days=31))
        history.put_coverage(ANNA, before)
    server.world.edit(ANNA, ids[3], "edited the day after", NOON + timedelta(days=31, hours=1))
    run(server, **narrow)
    with History(Path("history.db")) as history:
        assert history.coverage(ANNA) == before
    run(server)
    assert "edited the day after" in texts(ANNA)


def test_a_chat_that_is_forgotten_meanwhile_leaves_nothing(server: TelegramServer) -> None:
    seen = Forgetting()
    run(server, chats=("Anna",), seen=seen)
    assert rows()["messages"] == []
    assert [number for number, _ in rows()["people"]] == [ME]


class Forgetting(Seen):
    """Forgets Anna by another connection once the first page has come."""

    def __init__(self) -> None:
        super().__init__(progress=self)  # type: ignore[arg-type]
        self.pages = 0

    def append(self, _progress: object) -> None:
        self.pages += 1
        if self.pages > 1:
            return
        with History(Path("history.db")) as history, history.transaction():
            history.forget(ANNA)


def test_a_chat_that_was_cleared_loses_its_tail_only(server: TelegramServer) -> None:
    recent = talk(server.world, BORIS, 5, begin=LATELY)
    run(server)
    for number in list(server.world.histories[BORIS].numbers[1:]):
        server.world.delete(BORIS, number)
    assert run(server).deleted == len(recent)
    assert len(texts(BORIS)) == 30


def test_messages_that_only_a_file_had_are_kept(server: TelegramServer) -> None:
    """What was deleted at Telegram before the first export is not the exporter's to delete."""
    from tests.exports import account, chat, message, write
    from twin.export.files import import_exports

    lost = server.world.histories[ANNA].numbers[3]
    kept = chat(message(lost, ANNA, "said, and deleted"), number=ANNA, name="Anna")
    with History(Path("history.db")) as history:
        import_exports([write(account(kept))], history)
    server.world.delete(ANNA, lost)
    assert run(server).deleted == 0
    assert run(server).deleted == 0
    assert "said, and deleted" in texts(ANNA)


@pytest.mark.parametrize("order", ["narrow first", "narrow, then all", "wide first"])
def test_a_range_of_dates_is_read_alone_and_grows_without_reading_twice(server: TelegramServer, order: str) -> None:
    days = talk(server.world, BORIS, 400, begin=NOON + timedelta(days=2), minutes=60)
    since, until = NOON + timedelta(days=5), NOON + timedelta(days=8)
    if order == "wide first":
        run(server)
        server.clear()
        run(server, since=since, until=until)
        assert asked(server)["GetHistory"] == 0
        return
    done = run(server, since=since, until=until, chats=("Борис",))
    assert done.imported.stored.added == 72
    assert asked(server)["GetHistory"] == 1
    if order == "narrow, then all":
        run(server)
        assert len(texts(BORIS)) == 30 + len(days)
        return
    server.clear()
    assert run(server, since=since, chats=("Борис",)).imported.stored.added == 400 - 72 - 72
    assert asked(server)["GetHistory"] == 4  # the first page is found by its date, and 72 of it were there
    server.clear()
    run(server)
    assert len(texts(BORIS)) == 30 + len(days)
    # Anna's chat takes three pages; of Boris's, only what lay before `since`
    assert asked(server)["GetHistory"] <= 3 + 2
    with TelegramServer(server.world) as other:
        run(other, into="whole.db", session="other.session")
    assert rows() == rows("whole.db")


def test_nothing_since_a_day_is_no_error(server: TelegramServer) -> None:
    done = run(server, since=LATELY)
    assert done.imported.to_json()["messages"] == 0
    assert run(server).imported.stored.added == 280


def test_groups_are_read_when_named_and_kept_up_to_date_from_then_on(server: TelegramServer) -> None:
    assert run(server, chats=("family",)).imported.chats == 1
    server.world.say(-50, BORIS, "who cooks?", LATELY)
    assert run(server).imported.chats == 3
    assert texts(-50)[-1] == "who cooks?"
    assert CLIMBERS not in [chat for chat, *_ in rows()["chats"]]


def test_all_groups_means_those_that_are_not_too_large(server: TelegramServer) -> None:
    done = run(server, all_groups=True)
    assert done.left_out_chats["group of more than 200 members"] == 1
    assert sorted(chat for chat, *_ in rows()["chats"]) == [-50, ANNA, BORIS]
    assert run(server, all_groups=True, max_members=500).imported.chats == 1
    assert len(texts(CLIMBERS)) == 120
    server.clear()
    run(server)  # what was read once is read on, large or not
    assert asked(server)["GetFullChannel"] == 0


@pytest.mark.parametrize(
    ("chat", "says"),
    [
        ("Ana Berg", "no such chat; there are Anna Berg"),
        ("Zebra", "none of a similar name"),
        ("Helper", "this is a bot"),
        ("777000", "this is a service account"),
        ("News", "this is a channel"),
    ],
)
def test_a_chat_that_cannot_be_read_is_named_with_what_there_is(server: TelegramServer, chat: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        run(server, chats=(chat,))
    assert rows()["messages"] == []


def test_a_name_that_two_chats_have_needs_an_id(server: TelegramServer) -> None:
    server.world.add_user(2001, "Anna", "Berg")
    server.world.say(2001, 2001, "I am the other one", NOON)
    with pytest.raises(UsageError, match=r"2000, 2001|2001, 2000"):
        run(server, chats=("Anna Berg",))
    assert run(server, chats=("2001",)).imported.stored.added == 1


def test_a_group_that_became_a_supergroup_is_one_chat() -> None:
    world = World(ME)
    world.add_user(ANNA, "Anna")
    world.add_group(50, "Climbers", migrated_to=70)
    world.add_channel(70, "Climbers", megagroup=True, migrated_from=50)
    old = talk(world, -50, 130, other=ANNA)
    new = talk(world, CLIMBERS, 20, begin=NOON + timedelta(days=3), other=ANNA)
    with TelegramServer(world) as server:
        assert run(server, chats=("Climbers",)).imported.to_json()["chats"] == 1
        with History(Path("history.db")) as history:
            assert [message.id for message in history.messages(CLIMBERS)] == [number - 10**9 for number in old] + new
        server.clear()
        assert run(server).imported.stored.added == 0
        assert asked(server)["GetHistory"] == 0


def test_an_archived_chat_and_a_deleted_account_are_chats_with_people(server: TelegramServer) -> None:
    server.world.add_user(2002, deleted=True)
    server.world.say(2002, 2002, "gone since", NOON)
    server.world.archive(ANNA)
    assert run(server).imported.chats == 3
    assert next(row for row in rows()["chats"] if row[0] == 2002) == (2002, "personal", None)


def test_a_chat_that_is_closed_to_the_person_is_counted_and_the_others_come(server: TelegramServer) -> None:
    server.fault("GetHistory", "CHANNEL_PRIVATE")
    done = run(server)
    assert done.left_out_chats["no longer readable"] == 1
    assert done.imported.chats == 1


@pytest.mark.parametrize("choice", ["exclude", "forget"])
def test_a_chat_that_takes_no_part_is_not_asked_for(server: TelegramServer, choice: str) -> None:
    run(server)
    with History(Path("history.db")) as history, history.transaction():
        getattr(history, choice)(BORIS)
    kept = len(rows()["messages"])
    server.world.say(BORIS, BORIS, "are you there?", LATELY)
    server.clear()
    done = run(server)
    assert asked(server)["GetHistory"] == 0
    assert done.left_out_chats["excluded by you" if choice == "exclude" else "forgotten by you"] == 1
    with pytest.raises(UsageError, match="twin chats include 3000"):
        run(server, chats=("Борис",))
    assert len(rows()["messages"]) == kept
    with History(Path("history.db")) as history, history.transaction():
        history.include(BORIS)
    run(server)
    assert len(texts(BORIS)) == 31


def test_another_account_is_not_mixed_in(server: TelegramServer) -> None:
    run(server)
    before = rows()
    other = World(5000, "Somebody", "Else")
    other.add_user(ANNA, "Anna")
    talk(other, ANNA, 3)
    with TelegramServer(other) as another, pytest.raises(HistoryError, match="use another workspace"):
        run(another, session="other.session")
    assert rows() == before


# -- takeout ------------------------------------------------------------------------------------------------------------


def test_all_is_read_within_a_takeout_that_is_ended(server: TelegramServer) -> None:
    run(server)
    reading = [call for call in server.calls if call.method in ("GetHistory", "GetDialogs")]
    assert all(call.takeout for call in reading)
    assert [call.method for call in server.calls].count("FinishTakeoutSession") == 1


def test_a_takeout_that_has_to_wait_is_explained_and_not_waited_for(server: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from twin.telegram import account

    monkeypatch.setattr(account, "_PAUSE", 0.05)
    server.fault("InitTakeoutSession", "TAKEOUT_INIT_DELAY_82800")
    seen = Seen()
    assert run(server, seen=seen).imported.stored.added == 280
    assert any("23 h 00 min" in line and "phone" in line for line in seen.said)
    assert not any(call.takeout for call in server.calls)


def test_an_unfinished_takeout_is_taken_up_and_one_that_is_too_old_replaced(server: TelegramServer) -> None:
    server.fault("GetHistory", "FLOOD_WAIT_3600", at=2)
    with pytest.raises(TelegramError):
        run(server)
    run(server)
    assert server.count("InitTakeoutSession") == 1
    server.fault("GetHistory", "FLOOD_WAIT_3600")
    server.world.say(ANNA, ANNA, "hi", LATELY)
    with pytest.raises(TelegramError):
        run(server)
    server.fault("*", "TAKEOUT_INVALID", at=6)  # GetConfig, GetUsers, GetState, GetDifference, GetUsers, then the sweep
    run(server)
    assert server.count("InitTakeoutSession") == 3
    assert texts(ANNA)[-1] == "hi"


def test_a_takeout_that_has_ended_by_itself_is_no_error(server: TelegramServer) -> None:
    server.fault("FinishTakeoutSession", "TAKEOUT_INVALID")
    assert run(server).imported.stored.added == 280
    run(server)
    assert server.count("InitTakeoutSession") == 2


def test_a_group_that_does_not_say_how_large_it_is_keeps_nothing_else_back(server: TelegramServer) -> None:
    server.fault("GetFullChannel", "CHANNEL_PRIVATE", times=2)
    done = run(server, all_groups=True)
    assert done.left_out_chats["no longer readable"] == 1
    assert done.imported.chats == 3
    assert server.count("GetFullChannel") == 2


def test_without_a_takeout_there_is_a_pause_between_requests(server: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from twin.telegram import account

    monkeypatch.setattr(account, "_PAUSE", 0.2)
    began = time.monotonic()
    run(server, takeout=False)
    assert server.count("InitTakeoutSession") == 0
    assert time.monotonic() - began >= 0.2 * (asked(server)["GetHistory"] - 1)


# -- what goes wrong ----------------------------------------------------------------------------------------------------


READING = ["GetConfig", "GetUsers", "GetState", "GetDifference", "InitTakeoutSession", "GetDialogs", "GetFullChannel", "GetHistory", "FinishTakeoutSession"]


def undisturbed(server: TelegramServer) -> dict[str, list[tuple[object, ...]]]:
    with TelegramServer(server.world) as other:
        run(other, into="undisturbed.db", session="undisturbed.session", all_groups=True, max_members=500)
    return rows("undisturbed.db")


@pytest.mark.parametrize("method", READING)
def test_a_short_wait_is_shown_and_waited_for(server: TelegramServer, method: str) -> None:
    run(server, chats=("Борис",))  # logged in from here on
    server.fault(method, "FLOOD_WAIT_1")
    seen = Seen()
    run(server, seen=seen, all_groups=True, max_members=500)
    assert seen.waits[0] == pytest.approx(1, abs=0.2)
    assert seen.waits[-1] == 0
    assert rows() == undisturbed(server)


@pytest.mark.parametrize("method", READING)
def test_a_long_wait_says_when_to_come_back_and_keeps_what_came(server: TelegramServer, method: str) -> None:
    run(server, chats=("Борис",))
    server.fault(method, "FLOOD_WAIT_18000", at=2 if method == "GetHistory" else 1)
    with pytest.raises(TelegramError, match=r"5 h 00 min, until 20\d\d-\d\d-\d\d \d\d:\d\d; everything so far is kept"):
        run(server, all_groups=True, max_members=500)
    kept = len(rows()["messages"])
    assert kept == {"GetHistory": 130, "FinishTakeoutSession": 420}.get(method, 30)
    run(server, all_groups=True, max_members=500)
    assert rows() == undisturbed(server)


@pytest.mark.parametrize("fault", ["ABORT", "ABORT_HALFWAY", "INTERNAL", "DELAY_0.5"])
def test_a_connection_that_breaks_or_a_server_in_trouble_is_asked_again(server: TelegramServer, fault: str) -> None:
    server.fault("GetHistory", fault, at=2)
    run(server, all_groups=True, max_members=500)
    assert rows() == undisturbed(server)


def test_a_login_that_is_ended_in_the_middle_keeps_what_came_and_begins_again(server: TelegramServer) -> None:
    server.fault("GetHistory", "AUTH_KEY_UNREGISTERED", at=2)
    with pytest.raises(LoginError, match="run the same command to log in again"):
        run(server, all_groups=True, max_members=500)
    assert not Path("telegram.session").exists()
    assert 0 < len(rows()["messages"]) < 420
    run(server, all_groups=True, max_members=500)
    assert server.count("SignIn") == 2
    assert rows() == undisturbed(server)


@pytest.mark.parametrize("clock", [600, -600])
def test_a_clock_that_is_ten_minutes_off_does_no_harm(clock: int) -> None:
    world = small_world()
    with TelegramServer(world, clock=clock) as server:
        run(server)  # the handshake tells the time
        world.say(ANNA, ANNA, "hi", LATELY)
        run(server)  # the stored key does not
        assert texts(ANNA)[-1] == "hi"


def test_stopping_keeps_what_came(server: TelegramServer) -> None:
    server.fault("GetHistory", "DELAY_0.6", at=2)
    with pytest.raises(Interrupted, match="what came so far is kept"):
        run(server, all_groups=True, max_members=500, stop=lambda: server.count("GetHistory") >= 2)
    assert 0 < len(rows()["messages"]) < 420
    run(server, all_groups=True, max_members=500)
    assert rows() == undisturbed(server)


def test_stopping_does_not_wait_for_a_wait(server: TelegramServer) -> None:
    server.fault("GetHistory", "FLOOD_WAIT_5")
    seen = Seen()
    with pytest.raises(Interrupted):
        run(server, seen=seen, stop=lambda: bool(seen.waits))
    assert len(seen.waits) <= 2


# -- a large account ----------------------------------------------------------------------------------------------------


def many(messages: int, dialogs: int) -> World:
    """People who talk in turn; the last words of each chat are of today."""
    world = World(ME)
    for number in range(dialogs):
        world.add_user(2000 + number, f"Contact {number}")
    for number in range(messages):
        contact = 2000 + number % dialogs
        date = NOON + timedelta(minutes=number) if number < messages - 3 * dialogs else LATELY + timedelta(seconds=number % 3600)
        world.say(contact, ME if number % 3 else contact, f"{number} говорит: 🙂 e\u0301 {'x' * (number % 97)}\n\tend ", date)
    return world


@pytest.mark.slow
def test_a_hundred_thousand_messages_come_byte_for_byte_and_then_only_the_tails() -> None:
    world = many(100_000, 150)
    with TelegramServer(world) as server:
        assert run(server).imported.to_json()["added"] == 100_000
        stored = {(chat, number): text for chat, number, _, _, text, _ in rows()["messages"]}
        assert stored == {(chat, number): said.message for chat, history in world.histories.items() for number, said in history.messages.items()}
        before = rows()
        server.clear()
        run(server)
        assert rows() == before
        assert asked(server)["GetDialogs"] == 2  # a hundred dialogs in an answer: one sweep
        chats = Counter(call.request.peer.user_id for call in server.calls if call.method == "GetHistory")
        assert len(chats) == 150
        assert max(chats.values()) <= 2


# ru_maxrss would be that of the process that started it, which holds the server
PEAK = """
import atexit, pathlib, re
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: pathlib.Path("peak").write_text(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]))
from twin.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_does_not_grow_with_the_account() -> None:
    peaks = []
    for messages in (10_000, 100_000):
        with TelegramServer(many(messages, 150)) as server:
            folder = workspace(server, Path(str(messages)))
            arguments = ("export", "--phone", server.world.phone, "--code", server.world.code)
            environment = os.environ | {"PYTHONPATH": str(ROOT), "TWIN_TELEGRAM_API_ID": "1", "TWIN_TELEGRAM_API_HASH": "hash"}
            subprocess.run([sys.executable, "-c", PEAK, *arguments], cwd=folder, env=environment, check=True, capture_output=True, timeout=300)
            peaks.append(int((folder / "peak").read_text()))
    assert peaks[1] < peaks[0] + 8 * 1024, f"{peaks} kB"
