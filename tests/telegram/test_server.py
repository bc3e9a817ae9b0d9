"""The test server, as a plain Telethon client sees it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telethon import TelegramClient, errors
from telethon.crypto import AuthKey, rsa
from telethon.sessions import MemorySession
from telethon.tl import functions, types

from tests.telegram.server import TelegramServer
from tests.telegram.world import CHANNELS, History, World

ANNA, BORIS, GROUP, CLUB, NEWS = 2000, 3000, -40, CHANNELS - 50, CHANNELS - 60
START = datetime(2024, 1, 1, 12, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def small_world() -> World:
    """Somebody with 250 messages, a supergroup that was a group, and a channel."""
    world = World()
    world.add_user(ANNA, "Anna")
    world.add_user(BORIS, "Boris")
    texts = ["hello", "", "Привет, как дела?", "👩‍👩‍👧 \U0001f600", "line\nline\ttab", "я" * 4096, "\u202eabc \x00"]
    for number in range(250):
        world.say(ANNA, ANNA if number % 3 else 1000, f"{texts[number % len(texts)]}{number or ''}", minutes(number))
    world.add_group(-GROUP, "Flat", migrated_to=50)
    world.say(GROUP, BORIS, "in the group", minutes(300))
    world.add_channel(50, "Flat", megagroup=True, migrated_from=-GROUP)
    world.say(CLUB, BORIS, "in the supergroup", minutes(301))
    world.say(CLUB, 1000, "mine", minutes(302))
    world.add_channel(60, "News", megagroup=False)
    world.say(NEWS, None, "news", minutes(303))
    return world


@pytest.fixture
def world() -> World:
    return small_world()


@pytest.fixture
def server(world: World) -> Iterator[TelegramServer]:
    with TelegramServer(world) as server:
        yield server


@asynccontextmanager
async def connected(server: TelegramServer, session: MemorySession | None = None) -> AsyncIterator[TelegramClient]:
    session = session or MemorySession()
    host, port = server.address.split(":")
    session.set_dc(2, host, int(port))
    rsa.add_key(server.public_key, old=False)
    client = TelegramClient(session, 1, "hash", connection_retries=2, retry_delay=0, flood_sleep_threshold=1)
    await client.connect()
    try:
        yield client
    finally:
        await client.disconnect()


@asynccontextmanager
async def logged_in(server: TelegramServer, session: MemorySession | None = None) -> AsyncIterator[TelegramClient]:
    async with connected(server, session) as client:
        await client.send_code_request(server.world.phone)
        await client.sign_in(server.world.phone, server.world.code)
        server.clear()
        yield client


def run(server: TelegramServer, test: Callable[[TelegramClient], Awaitable[Any]]) -> Any:
    """Runs what a logged in client does, for half a minute at most."""

    async def go() -> Any:
        async with logged_in(server) as client:
            return await test(client)

    return asyncio.run(asyncio.wait_for(go(), 30))


def shown(messages: list[Any]) -> list[tuple[int, str, datetime, bool]]:
    return [(message.id, message.message, message.date, message.out) for message in messages]


async def history(client: TelegramClient, chat: int, **request: Any) -> Any:
    rest = dict.fromkeys(["offset_id", "add_offset", "max_id", "min_id", "hash"], 0) | {"offset_date": None, "limit": 100}
    return await client(functions.messages.GetHistoryRequest(await client.get_input_entity(chat), **rest | request))


def test_login_by_code_and_logout(server: TelegramServer) -> None:
    async def go() -> None:
        session = MemorySession()
        async with connected(server, session) as client:
            assert await client.get_me() is None
            with pytest.raises(errors.PhoneNumberInvalidError):
                await client.send_code_request("+1999")
            await client.send_code_request("+15550001")
            with pytest.raises(errors.PhoneCodeInvalidError):
                await client.sign_in(code="54321")
            await client.send_code_request("+15550001")  # Telethon asks for the same code by another way
            assert (await client.sign_in(code="12345")).last_name == "Lund"
            assert (await client.get_me()).phone == "15550001"
            assert server.authorized == 1
            assert await client.log_out()
        assert server.authorized == 0
        async with connected(server, session) as client:
            assert await client.get_me() is None

    asyncio.run(go())
    assert [call.error for call in server.calls if call.method in ("SignIn", "ResendCode")] == ["PHONE_CODE_INVALID", None, None]


def test_login_by_password(server: TelegramServer, world: World) -> None:
    world.password = "пароль"

    async def go() -> None:
        async with connected(server) as client:
            await client.send_code_request(world.phone)
            with pytest.raises(errors.SessionPasswordNeededError):
                await client.sign_in(code=world.code)
            assert server.authorized == 0
            with pytest.raises(errors.PasswordHashInvalidError):
                await client.sign_in(password="parole")
            assert await client.get_me() is None
            assert (await client.sign_in(password="пароль")).id == 1000
            assert server.authorized == 1

    asyncio.run(go())


@pytest.mark.parametrize("password", [None, "secret"])
def test_login_by_qr_code(server: TelegramServer, world: World, password: str | None) -> None:
    world.password = password

    async def go() -> None:
        async with connected(server) as client:
            shown = await client.qr_login()
            assert shown.url.startswith("tg://login?token=")
            waiting = asyncio.create_task(shown.wait(10))
            await asyncio.sleep(0)
            server.accept_qr()
            if password:
                with pytest.raises(errors.SessionPasswordNeededError):
                    await waiting
                with pytest.raises(errors.SessionPasswordNeededError):
                    await client.qr_login()
                assert (await client.sign_in(password=password)).id == 1000
            else:
                assert (await waiting).id == 1000
            assert (await client.get_me()).id == 1000

    asyncio.run(asyncio.wait_for(go(), 20))


def test_a_login_token_of_another_data_centre(server: TelegramServer) -> None:
    async def go() -> None:
        async with connected(server) as first, connected(server) as second:
            token = (await first.qr_login()).token
            with pytest.raises(errors.AuthTokenInvalidError):
                await second(functions.auth.ImportLoginTokenRequest(token))
            server.accept_qr()
            assert isinstance(await second(functions.auth.ImportLoginTokenRequest(token)), types.auth.LoginTokenSuccess)
            assert (await second.get_me()).id == 1000

    asyncio.run(go())


def test_dialogs_in_pages() -> None:
    world = World()
    for number in range(150):
        world.add_user(2000 + number, f"Person {number}")
        # Several have their last message in the same second.
        world.say(2000 + number, 2000 + number, "hello", minutes(number // 4))
    world.pin(2003)
    world.archive(2140)

    async def go(client: TelegramClient) -> tuple[list[Any], ...]:
        return await client.get_dialogs(), await client.get_dialogs(archived=True), await client.get_dialogs(archived=False), await client.get_dialogs(7)

    with TelegramServer(world) as server:
        everyone, archived, others, few = run(server, go)
        assert server.count("GetDialogs") == 2 + 1 + 2 + 1
    assert [dialog.id for dialog in everyone] == [2003, *(number for number in range(2149, 1999, -1) if number != 2003)]
    assert everyone[0].pinned
    assert everyone.total == 150
    assert [dialog.id for dialog in everyone if dialog.archived] == [dialog.id for dialog in archived] == [2140]
    assert len(others) == 149
    assert len(few) == 7
    assert [dialog.name for dialog in few][:2] == ["Person 3", "Person 149"]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_history_in_both_directions(server: TelegramServer, world: World, is_reversed: bool) -> None:
    async def go(client: TelegramClient) -> list[Any]:
        return [message async for message in client.iter_messages(ANNA, reverse=is_reversed, wait_time=0)]

    server.world.histories[ANNA].messages[3].message = "Ё" * 100
    found = run(server, lambda client: _after_dialogs(client, go))
    known = list(world.histories[ANNA].messages.values())
    assert shown(found) == shown(known if is_reversed else known[::-1])
    assert [bytes(message) for message in sorted(found, key=lambda message: message.id)] == [bytes(message) for message in known]


async def _after_dialogs(client: TelegramClient, test: Callable[[TelegramClient], Awaitable[Any]]) -> Any:
    """A client knows nobody's access hash before it has seen the dialogs."""
    await client.get_dialogs()
    return await test(client)


@given(
    numbers=st.lists(st.integers(1, 60), unique=True).map(sorted),
    offset_id=st.integers(0, 70),
    offset_minutes=st.none() | st.integers(0, 70),
    add_offset=st.integers(-20, 20),
    limit=st.integers(0, 20),
    max_id=st.integers(0, 60),
    min_id=st.integers(0, 60),
)
def test_a_page_is_a_window_on_the_list(
    numbers: list[int], offset_id: int, offset_minutes: int | None, add_offset: int, limit: int, max_id: int, min_id: int
) -> None:
    kept = History()
    for number in numbers:
        kept.add(types.Message(number, types.PeerUser(ANNA), minutes(number)))
    date = None if offset_minutes is None else minutes(offset_minutes)
    newest_first = numbers[::-1]
    skipped = sum(bool(offset_id and number >= offset_id) or (not offset_id and date is not None and minutes(number) >= date) for number in numbers)
    window = [newest_first[at] for at in range(skipped + add_offset, skipped + add_offset + limit) if 0 <= at < len(numbers)]
    page = kept.page(offset_id=offset_id, offset_date=date, add_offset=add_offset, limit=limit, max_id=max_id, min_id=min_id)
    assert [message.id for message in page] == [number for number in window if number > min_id and (not max_id or number < max_id)]


def test_what_a_history_answers_with(server: TelegramServer, world: World) -> None:
    world.say(CLUB, BORIS, "forwarded", minutes(310), fwd_from=types.MessageFwdHeader(minutes(1), from_id=types.PeerUser(ANNA)), via_bot_id=7)
    world.add_user(7, "gif", bot=True)
    world.act(CLUB, BORIS, types.MessageActionChatAddUser([2000]), minutes(311))

    async def go(client: TelegramClient) -> None:
        part = await history(client, ANNA, limit=1000)
        assert (type(part), part.count, len(part.messages)) == (types.messages.MessagesSlice, 250, 100)
        assert (await history(client, ANNA, limit=0)).count == 250
        assert isinstance(await history(client, GROUP), types.messages.Messages)
        assert (await history(client, ANNA, offset_date=minutes(1.5))).messages[0].id == 2
        assert [message.id for message in (await history(client, ANNA, offset_id=100, add_offset=-3, limit=4)).messages] == [102, 101, 100, 99]
        club = await history(client, CLUB)
        assert (type(club), club.count) == (types.messages.ChannelMessages, 4)
        assert {user.id for user in club.users} == {1000, ANNA, BORIS, 7}
        assert [message.sender_id for message in club.messages] == [BORIS, BORIS, 1000, BORIS]
        assert [message.out for message in club.messages] == [False, False, True, False]
        news = (await history(client, NEWS)).messages[0]
        assert (news.post, news.from_id) == (True, None)

    run(server, lambda client: _after_dialogs(client, go))


def test_private_chats_and_saved_messages(server: TelegramServer, world: World) -> None:
    world.say(1000, 1000, "a note", minutes(400))

    async def go(client: TelegramClient) -> None:
        theirs, mine = (await history(client, ANNA, offset_id=5, limit=2)).messages
        assert (mine.out, mine.from_id, mine.peer_id) == (False, None, types.PeerUser(ANNA))
        assert (theirs.out, theirs.from_id, theirs.peer_id) == (True, types.PeerUser(1000), types.PeerUser(ANNA))
        (note,) = await client.get_messages("me")
        assert (note.message, note.peer_id, note.out) == ("a note", types.PeerUser(1000), True)  # as Telethon completes it

    run(server, lambda client: _after_dialogs(client, go))


def test_single_messages_and_what_changed(server: TelegramServer, world: World) -> None:
    world.edit(ANNA, 10, "edited", minutes(500))
    world.delete(ANNA, 11)
    world.delete(CLUB, 1)

    async def go(client: TelegramClient) -> None:
        edited, gone = await client.get_messages(ANNA, ids=[10, 11])
        assert (edited.message, edited.edit_date, gone) == ("edited", minutes(500), None)
        assert [message and message.message for message in await client.get_messages(CLUB, ids=[1, 2, 3])] == [None, "mine", None]
        full = await client(functions.channels.GetFullChannelRequest(await client.get_input_entity(CLUB)))
        assert (full.full_chat.migrated_from_chat_id, full.full_chat.migrated_from_max_id) == (40, 251)
        assert {chat.id: getattr(chat, "migrated_to", None) is not None for chat in full.chats} == {50: False, 40: True}
        assert (await client(functions.messages.GetFullChatRequest(40))).chats[0].title == "Flat"
        assert (await client.get_entity(CLUB)).title == "Flat"

    run(server, lambda client: _after_dialogs(client, go))


def test_numbers_are_the_accounts_or_the_channels(world: World) -> None:
    assert world.say(BORIS, BORIS, "", START).id == 252  # after 250 of Anna's and one of the group's
    assert world.say(CLUB, BORIS, "", START, number=90).id == 90
    assert world.say(CLUB, BORIS, "", START).id == 91
    with pytest.raises(ValueError, match="252"):
        world.say(ANNA, ANNA, "", START, number=252)


def test_access_hashes_are_checked(server: TelegramServer) -> None:
    async def go(client: TelegramClient) -> None:
        with pytest.raises(errors.PeerIdInvalidError):
            await history(client, types.InputPeerUser(ANNA, 1))
        with pytest.raises(errors.ChannelInvalidError):
            await history(client, types.InputPeerChannel(50, 1))
        with pytest.raises(errors.UserIdInvalidError):
            await client(functions.users.GetUsersRequest([types.InputUser(ANNA, 1)]))
        with pytest.raises(errors.BadRequestError, match="METHOD_NOT_IMPLEMENTED_GetContactsRequest"):
            await client(functions.contacts.GetContactsRequest(0))

    run(server, go)


def test_floods(server: TelegramServer, naps: list[float]) -> None:
    server.fault("GetDialogs", "FLOOD_WAIT_1", at=2, times=2)
    server.fault("GetState", "FLOOD_PREMIUM_WAIT_30", at=2)

    async def go(client: TelegramClient) -> None:
        assert [len(await client.get_dialogs()) for _ in range(3)] == [4, 4, 4]
        with pytest.raises(errors.FloodPremiumWaitError) as raised:
            await client(functions.updates.GetStateRequest())
        assert raised.value.seconds == 30

    run(server, go)
    assert naps == [1, 1]
    assert [call.error for call in server.calls] == [None, "FLOOD_WAIT_1", "FLOOD_WAIT_1", None, None, "FLOOD_PREMIUM_WAIT_30"]


def test_internal_errors_are_asked_again(server: TelegramServer, naps: list[float]) -> None:
    async def go(client: TelegramClient) -> None:
        server.fault("*", "INTERNAL", times=2)
        assert len(await client.get_dialogs()) == 4

    run(server, go)
    assert naps == [2, 2]
    assert server.count("GetDialogs") == 3


@pytest.mark.parametrize("fault", ["ABORT", "ABORT_HALFWAY"])
def test_aborted_connections(server: TelegramServer, fault: str) -> None:
    server.fault("GetHistory", fault, at=2)

    async def go(client: TelegramClient) -> None:
        assert len([message async for message in client.iter_messages(ANNA, wait_time=0)]) == 250

    run(server, lambda client: _after_dialogs(client, go))
    assert [call.error for call in server.calls if call.method == "GetHistory"] == [None, fault, None, None]


def test_late_answers_hold_nothing_else_up(server: TelegramServer) -> None:
    server.fault("GetDialogs", "DELAY_0.1")
    server.fault("GetDialogs", "DELAY_3600", at=2)

    async def go(client: TelegramClient) -> None:
        began = time.monotonic()
        assert len(await client.get_dialogs()) == 4
        assert time.monotonic() - began >= 0.1
        never = asyncio.create_task(client.get_dialogs())
        while server.count("GetDialogs") < 2:
            await client.get_me()
        assert not never.done()
        never.cancel()

    run(server, go)


def test_a_login_that_ends(server: TelegramServer) -> None:
    async def go(client: TelegramClient) -> None:
        server.fault("GetDialogs", "AUTH_KEY_UNREGISTERED")
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client.get_dialogs()
        assert len(await client.get_dialogs()) == 4
        server.drop_login()
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client.get_dialogs()
        assert await client.get_me() is None

    run(server, go)
    assert server.authorized == 0


@pytest.mark.parametrize("clock", [600, -600])
def test_a_clock_that_is_wrong(world: World, clock: int) -> None:
    session = MemorySession()

    async def go(server: TelegramServer) -> None:
        async with logged_in(server, session) as client:
            assert client._sender._state.time_offset == pytest.approx(clock, abs=10)  # told in the handshake
            assert await client.get_me()
        server.clear()
        async with connected(server, session) as client:
            assert (await client.get_me()).id == 1000
            assert client._sender._state.time_offset == pytest.approx(clock, abs=10)  # told by the refusal of the first message

    with TelegramServer(world, clock=clock) as server:
        asyncio.run(asyncio.wait_for(go(server), 20))
        assert server.count("GetConfig") == 1


def test_a_salt_that_changes(server: TelegramServer) -> None:
    async def go(client: TelegramClient) -> None:
        before = client._sender._state.salt
        server.renew_salt()
        assert len(await client.get_dialogs()) == 4
        assert client._sender._state.salt == before + 1

    run(server, go)
    assert server.count("GetDialogs") == 1


def test_takeout(server: TelegramServer) -> None:
    async def go(client: TelegramClient) -> None:
        server.fault("InitTakeoutSession", "TAKEOUT_INIT_DELAY_7200")
        with pytest.raises(errors.TakeoutInitDelayError) as raised:
            await client.takeout(users=True).__aenter__()
        assert raised.value.seconds == 7200
        async with client.takeout(users=True) as takeout:
            number = client.session.takeout_id
            await takeout.get_dialogs()
            assert len([message async for message in takeout.iter_messages(ANNA, wait_time=0)]) == 250
        assert client.session.takeout_id is None
        for ended in (number, 5):
            with pytest.raises(errors.TakeoutInvalidError):
                await client(functions.InvokeWithTakeoutRequest(ended, functions.updates.GetStateRequest()))

    run(server, go)
    assert [(call.takeout, call.error) for call in server.calls if call.method == "GetHistory"] == [(True, None)] * 3


def test_two_clients_and_a_key_again(server: TelegramServer) -> None:
    async def go() -> None:
        session = MemorySession()
        async with logged_in(server, session) as one, logged_in(server) as other:
            assert server.authorized == 2
            assert len(await one.get_dialogs()) == len(await other.get_dialogs()) == 4
        async with connected(server, session) as client:
            assert len(await client.get_dialogs()) == 4

    asyncio.run(go())


def test_an_unknown_key(server: TelegramServer) -> None:
    async def go() -> None:
        session = MemorySession()
        session.auth_key = AuthKey(bytes(range(256)))
        with pytest.raises(errors.AuthKeyNotFound):
            async with connected(server, session):
                pass

    asyncio.run(asyncio.wait_for(go(), 10))


def test_many_requests_at_once(server: TelegramServer) -> None:
    """Telethon puts them into one container, and compresses long ones."""

    async def go(client: TelegramClient) -> None:
        requests: list[Any] = [functions.updates.GetStateRequest() for _ in range(30)]
        assert len(await client(requests, ordered=True)) == 30
        assert (await client(functions.PingRequest(7))).ping_id == 7
        many = [types.InputMessageID(number) for number in range(1, 101)]
        assert [message.id for message in (await client(functions.messages.GetMessagesRequest(many))).messages] == list(range(1, 101))

    run(server, go)
    assert server.count("GetState") == 30


def test_a_mistake_of_the_servers_is_no_silence(world: World) -> None:
    world.histories[ANNA].messages[250].date = "tomorrow"

    async def go(client: TelegramClient) -> None:
        with pytest.raises(ConnectionError):
            await client.get_dialogs()

    with pytest.raises(AttributeError, match="timestamp"), TelegramServer(world) as server:
        run(server, go)
