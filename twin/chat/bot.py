"""The twin on Telegram: it answers those who are allowed to write to its bot, or drafts answers for the person in their own account.

A draft lies in the field that the person writes in until they tap or delete it: nothing is ever sent in their name. Nobody is answered who is not
named; everybody who is, is told first that an AI writes. Not here: the connection (telegram/talking.py) and the model.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from twin.chat.people import Answering, Contact
from twin.errors import LoginError, TwinError
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Message, Turn

_KEPT = 200
"""Messages of one chat that are remembered: far more than any prompt holds."""
_PAST = 40
"""Messages that are read of a chat before the first draft in it."""
_TYPING = 4.0
"""Seconds after which Telegram is told again that something is being written; it shows that for six (https://core.telegram.org/method/messages.setTyping)."""
_STRANGERS = 1000
"""People who are not allowed and of whom it is said that they have written."""
_HOUR, _DAY = 3600.0, 86_400.0
FULL = "That was all for today: I answer again tomorrow."


class Heard(Protocol):
    """A message in a private chat, whichever side it is from; see twin.telegram.talking.Heard."""

    @property
    def message(self) -> Message:
        """What was said."""

    @property
    def name(self) -> str:
        """The other side's name."""

    @property
    def username(self) -> str | None:
        """The other side's username, lower case without the @."""


class Line(Protocol):
    """The connection; see twin.telegram.talking.Line."""

    me: int

    def heard(self) -> AsyncIterator[Heard]:
        """What is written from now on."""

    async def past(self, user: int, count: int) -> list[Message]:
        """The last messages with somebody, oldest first."""

    async def typing(self, user: int) -> None:
        """Shows that something is being written."""

    async def send(self, user: int, text: str) -> None:
        """Sends a message."""

    async def draft(self, user: int, text: str) -> bool:
        """Leaves a text to be sent by the person; False where they are writing something themselves."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How the bot behaves.

    Attributes:
        allowed: Who is answered: ids, and usernames with an @.
        drafts: Whether answers are left as drafts in the person's own account instead of sent by a bot.
        hourly: Replies to one person in an hour, at most.
        daily: Replies in a day, to all.
        pause: Seconds without a further message before an answer is begun.
    """

    allowed: Collection[str | int]
    drafts: bool = False
    hourly: int = 60
    daily: int = 1000
    pause: float = 3.0

    def allows(self, user: int, username: str | None) -> bool:
        """Whether somebody is answered."""
        return any(one == user if isinstance(one, int) else one[1:].lower() == username for one in self.allowed)


@dataclass(slots=True)
class _Chat:
    """What was said with one person, and the answer that is being made."""

    contact: Contact
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=_KEPT))
    answering: asyncio.Task[None] | None = None
    answered: deque[float] = field(default_factory=deque)
    told: bool = False  # that an AI writes
    told_full: float = -_DAY


class Bot:
    """Answers on one line until it ends.

    Args:
        engine: What answers.
        sampling: How replies are drawn.
        manners: Whom, how often, and in which way.
        turns_of: The turns of the newest conversation in a chat's messages, given the account's own id and the names, by the rules of training.
        rhythm: Seconds before each bubble of a reply, told whether it is the first; None: none.
        memory: Whether past exchanges go with what is said, for those whom the engine knows by their id and a name that nobody else has.
        say: Told in a line what was done, never what was said.
    """

    def __init__(
        self,
        engine: Answering,
        sampling: Sampling,
        manners: Manners,
        *,
        turns_of: Callable[[Sequence[Message], int, Mapping[int, str]], list[Turn]],
        rhythm: Callable[[str, bool], float] | None = None,
        memory: bool = False,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._engine, self._sampling, self._manners = engine, sampling, manners
        self._turns_of, self._rhythm, self._say = turns_of, rhythm, say
        self._contacts = {contact.id: contact for contact in engine.contacts if contact.id is not None and contact.kind is ChatKind.PERSONAL}
        names = Counter(contact.name for contact in engine.contacts)
        # whoever is not known could call themselves by any name to be told what was said to its owner
        self._remembered = {user for user, contact in self._contacts.items() if memory and names[contact.name] == 1}
        self._chats: dict[int, _Chat] = {}
        self._strangers: set[int] = set()
        self._today: deque[float] = deque()
        self._refused: asyncio.Future[None]
        self.notice = (
            f"An AI that imitates {engine.person} writes here, not {engine.person}. It may say what is wrong or what {engine.person} never would. "
            "What you write is read by the program on its owner's machine. /new begins a new conversation."
        )

    async def run(self, line: Line) -> None:
        """Answers what comes in. Raises TelegramError when the line is lost, LoginError when the login has ended."""
        self._refused = asyncio.get_running_loop().create_future()
        listening = asyncio.ensure_future(self._listen(line))
        try:
            await asyncio.wait({listening, self._refused}, return_when=asyncio.FIRST_COMPLETED)
            (self._refused if self._refused.done() else listening).result()
        finally:
            tasks = [listening, *(chat.answering for chat in self._chats.values() if chat.answering)]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, line: Line) -> None:
        async for heard in line.heard():
            await self._take(line, heard)

    async def _take(self, line: Line, heard: Heard) -> None:
        user = heard.message.chat_id
        if not self._manners.allows(user, heard.username):
            if not self._manners.drafts and user not in self._strangers and len(self._strangers) < _STRANGERS:
                self._strangers.add(user)
                who = f"{user} (@{heard.username})" if heard.username else str(user)
                self._say(f"{who} has written and is not answered; [bot] allowed in twin.toml has no such id")
            return
        chat = self._chats.get(user)
        if chat is None:
            contact = self._contacts.get(user) or Contact(heard.name or str(user), id=user)
            chat = self._chats[user] = _Chat(contact)
            if self._manners.drafts:
                chat.messages.extend(message for message in await line.past(user, _PAST) if message.id < heard.message.id)
        await self._interrupt(chat)
        if await self._is_command(line, chat, heard.message):
            return
        chat.messages.append(heard.message)
        if heard.message.sender_id != line.me:  # where the person answers themselves, there is nothing to draft
            chat.answering = asyncio.create_task(self._answer(line, user, chat))

    async def _is_command(self, line: Line, chat: _Chat, message: Message) -> bool:
        command = message.text.strip().partition("@")[0]  # Telegram's apps may put the bot's name behind it
        if self._manners.drafts or command not in ("/start", "/new", "/help"):
            return False
        if command == "/new":
            chat.messages.clear()
            await self._tell(line, message.chat_id, "A new conversation.")
        else:
            chat.told = True
            await self._tell(line, message.chat_id, self.notice)
        return True

    async def _interrupt(self, chat: _Chat) -> None:
        """Ends an answer to what is no longer the last word; bubbles that were sent stay said."""
        if chat.answering is not None:
            chat.answering.cancel()
            await asyncio.gather(chat.answering, return_exceptions=True)
            chat.answering = None

    async def _answer(self, line: Line, user: int, chat: _Chat) -> None:
        await asyncio.sleep(self._manners.pause)
        now = time.monotonic()
        if self._is_full(now):
            if not self._manners.drafts and now - chat.told_full >= _DAY:
                chat.told_full = now
                await self._tell(line, user, FULL)
            return
        await asyncio.sleep(self._wait(chat, now))
        if not self._manners.drafts and not chat.told:
            chat.told = True
            await self._tell(line, user, self.notice)
        try:
            bubbles = await self._reply(line, user, chat)
            if not bubbles:
                return
            chat.answered.append(time.monotonic())
            self._today.append(time.monotonic())
            if self._manners.drafts:
                kept = await line.draft(user, "\n".join(bubbles))
                self._say("a draft lies in a chat" if kept else "no draft: something is being written in that chat already")
            else:
                await self._send(line, user, chat, bubbles)
        except LoginError as error:
            if not self._refused.done():
                self._refused.set_exception(error)
        except TwinError as error:
            self._say(str(error))  # the line itself ends where it is lost for good
        except RuntimeError as error:  # from torch: no memory left, above all
            self._say(f"an answer broke off: {error}"[:300])

    async def _reply(self, line: Line, user: int, chat: _Chat) -> tuple[str, ...]:
        """The bubbles of an answer, made in a thread, while the other side sees that something is being written."""
        turns = self._turns_of(chat.messages, line.me, {user: chat.contact.name, line.me: self._engine.person})
        stopped = False

        def work() -> tuple[str, ...]:
            memories = self._engine.recall(turns, chat.contact) if user in self._remembered else ()
            steps = self._engine.reply(turns, chat.contact, self._sampling, memories=memories, stopped=lambda: stopped)
            return (deque(steps, maxlen=1) or [()])[-1]

        making = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            while not making.done():
                if not self._manners.drafts:
                    await line.typing(user)
                await asyncio.wait({making}, timeout=_TYPING)
            return making.result()
        finally:
            stopped = True  # a thread cannot be cancelled
            await asyncio.wait({making})

    async def _send(self, line: Line, user: int, chat: _Chat, bubbles: Sequence[str]) -> None:
        for place, bubble in enumerate(bubbles):
            if self._rhythm and (pause := self._rhythm(bubble, place == 0)):
                await line.typing(user)
                await asyncio.sleep(pause)
            await line.send(user, bubble)
            number = chat.messages[-1].id if chat.messages else 0
            chat.messages.append(Message(user, number, line.me, datetime.now(UTC), bubble))
        self._say(f"answered in a chat: {len(bubbles)} message{'s' * (len(bubbles) != 1)}")

    def _is_full(self, now: float) -> bool:
        """Whether so much was answered in the last day that nothing more is."""
        while self._today and now - self._today[0] >= _DAY:
            self._today.popleft()
        return len(self._today) >= self._manners.daily

    def _wait(self, chat: _Chat, now: float) -> float:
        """Seconds until this person may be answered again."""
        while chat.answered and now - chat.answered[0] >= _HOUR:
            chat.answered.popleft()
        return _HOUR - (now - chat.answered[0]) if len(chat.answered) >= self._manners.hourly else 0.0

    async def _tell(self, line: Line, user: int, text: str) -> None:
        """Says something that is not the twin's."""
        try:
            await line.send(user, text)
        except TwinError as error:
            self._say(str(error))
