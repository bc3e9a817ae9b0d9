"""Who is who in WhatsApp's exported chat: the ids that names become, the chat's title and kind, and which sender is the person.

WhatsApp's files know names only, those of the exporting phone's address book. History wants numbers, so a name becomes schema.NAMED, which
is above all of Telegram's ids, + the first 52 bits of a hash. It is the same in every chat and in every later export, as long as the
contact is not renamed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from twin.errors import UnknownPersonError
from twin.export.values import one_line, peer_id
from twin.export.whatsapp_content import What, read_content
from twin.export.whatsapp_lines import MARKS, Record
from twin.export.whatsapp_words import ENCRYPTION, GROUP, QUOTED, TITLE, YOU
from twin.schema import NAMED, ChatKind

_SHOWN = 8
"""Candidates named in an error."""
_QUOTE = re.compile('["“„«]')
_INVISIBLE = re.compile(f"[{MARKS}]")
_COPY = re.compile(r"\s?\(\d{1,3}\)$")
"""What a browser adds to the name of a file that it downloads again."""


def plain_name(name: str) -> str:
    """A name as it is shown and compared: one form of its letters, no invisible marks, single spaces."""
    return one_line(unicodedata.normalize("NFC", _INVISIBLE.sub("", name)))


def person_id(name: str) -> int:
    """The id of whoever has this name; it is also that of the personal chat with them."""
    return NAMED + _hash(f"whatsapp:{plain_name(name)}")


def group_id(title: str) -> int:
    """The id of the group with this title."""
    return -NAMED - _hash(f"whatsapp-group:{plain_name(title)}")


def _hash(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 12


def title_of_file(name: str) -> str | None:
    """The chat's title, from the name of the file or of the zip or folder that it lies in; None where WhatsApp named neither."""
    for part in reversed(name.split("/")):
        stem = _INVISIBLE.sub("", re.sub(r"\.(?:txt|zip)$", "", part, flags=re.IGNORECASE)).replace("–", "-")
        for form in (stem, stem.replace("_", " ")):
            match = TITLE.fullmatch(form.strip())
            if match is not None:
                return plain_name(_COPY.sub("", match["title"] or match["other"])) or None
    return None


def sender_and_body(body: str) -> tuple[str | None, str]:
    """A record's sender (as written) and what they say; None and everything where it is a notice.

    A name that has a colon of its own cannot be told from one that has not: the first one counts.
    """
    name, colon, text = body.partition(": ")
    if not colon or "\n" in name:
        first, _, rest = body.partition("\n")
        if not first.endswith(":"):
            return None, body
        name, text = first[:-1], rest
    if _QUOTE.search(name) and GROUP.search(name):
        return None, body  # Anna changed the subject to “Trip: the photos”
    return name, text


@dataclass
class Census:
    """Who writes in a file and how much, and what its notices tell.

    Attributes:
        messages: By name, deleted ones included.
        notices: By name, what iOS has a contact or the group "say".
        encrypted: The name under which iOS gives the notice of encryption: the contact's or the group's.
        subject: The group's title, from the last notice that gives one.
        is_group: Whether a notice is one of a group.
    """

    messages: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    encrypted: str | None = None
    subject: str | None = None
    is_group: bool = False
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Counts one record."""
        written, body = sender_and_body(record.body)
        if written is None:
            self._notice(body)
            return
        name = self._names.get(written)
        if name is None:
            name = self._names[written] = plain_name(written)
        if read_content(body, ios=record.ios).what is not What.SERVICE:
            self.messages[name] += 1
        elif record.ios:
            self.notices[name] += 1
            self._notice(body)
            if self.encrypted is None and ENCRYPTION.search(body):
                self.encrypted = name

    def _notice(self, body: str) -> None:
        if GROUP.search(body):
            self.is_group = True
            found = QUOTED.search(body.strip(" \n\u200e"))
            self.subject = plain_name(found[1]) if found else self.subject


@dataclass(frozen=True, slots=True)
class Place:
    """The chat that a file holds. `contact` is the other one of a personal chat, where their name is known."""

    kind: ChatKind
    title: str
    id: int
    contact: str | None


def chat_title(census: Census, name: str) -> str | None:
    """The title of a chat as its file gives it, or iOS in its notices."""
    silent = [speaker for speaker in census.notices if speaker not in census.messages]
    return census.encrypted or title_of_file(name) or (silent[0] if len(silent) == 1 else None)


def place_of(census: Census, title: str | None, owner: str | None) -> Place:
    """Which chat it is, once it is known who the person is."""
    others = [sender for sender in census.messages if sender != owner]
    if census.is_group or len(census.messages) > 2 or len(others) > 1:
        named = title or census.subject or ", ".join(sorted(census.messages))
        return Place(ChatKind.GROUP, named, group_id(named), None)
    if others:
        return Place(ChatKind.PERSONAL, others[0], person_id(others[0]), others[0])
    if title is None or (owner is not None and title.casefold() == owner.casefold()):
        itself = owner or title or ""
        return Place(ChatKind.SAVED, itself, person_id(itself), None)
    return Place(ChatKind.PERSONAL, title, person_id(title), title)


def find_owner(name: str, census: Census, title: str | None, *, me: str | None, known: int | None, names: Mapping[int, str]) -> str | None:
    """The sender who is the person; None in a chat where only the contact writes.

    Args:
        name: The file, for errors.
        census: Who writes in it.
        title: The chat's title, as far as it is known.
        me: What the person says of themselves: a name, or "user123" where it is known whose history this is.
        known: Whose history it is.
        names: Everybody's names by their ids.

    Raises:
        UnknownPersonError: Nothing says who the person is; the candidates are in the message.
    """
    senders = census.messages
    called = [sender for sender in senders if sender.casefold() in YOU]
    if me is not None:
        wanted = plain_name(me).casefold()
        same = [sender for sender in senders if wanted and sender.casefold() == wanted] or called
        if len(same) == 1:
            return same[0]
        if known is None or not _is_id(me):
            problem = f"several senders are called {one_line(me)}" if len(same) > 1 else f"nobody called {one_line(me)} writes in {name}"
            raise UnknownPersonError(f"--me {one_line(me)}: {problem}; the senders are {_candidates(census)}")
    own = plain_name(names.get(known, "")).casefold() if known is not None else ""
    same = [sender for sender in senders if own and sender.casefold() == own] or called
    if len(same) == 1:
        return same[0]
    contact = [sender for sender in senders if title is not None and sender.casefold() == title.casefold()]
    if len(contact) == 1 and len(senders) == 2 and not same:
        return next(sender for sender in senders if sender != contact[0])
    if len(contact) == 1 and len(senders) == 1 and known is not None and not census.is_group:
        return None
    raise UnknownPersonError(f"{name} does not say who you are: choose yourself with --me NAME; its senders are {_candidates(census)}")


def _is_id(me: str) -> bool:
    """Whether it is the form in which Telegram's files name a person."""
    return (me.isascii() and me.isdecimal()) or peer_id(me) is not None


def _candidates(census: Census) -> str:
    shown = [f"{name or '(no name)'} ({count:,} messages)" for name, count in census.messages.most_common(_SHOWN)]
    more = f" and {len(census.messages) - _SHOWN} more" if len(census.messages) > _SHOWN else ""
    return ", ".join(shown) + more or "none"
