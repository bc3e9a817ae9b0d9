"""Who "I" am in a result.json. A full export says so; a single chat has to be searched for it, or the person asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from twin.errors import ExportFileError, UnknownPersonError
from twin.export.parts import About, RawChat
from twin.export.values import integer, is_modern, old_id, one_line, peer_id

_SHOWN = 8
"""Candidates named in an error."""


def find_owner(parts: Iterable[About | RawChat], name: str, me: str | None, known: int | None) -> int:
    """The marked id of the person.

    Args:
        parts: The file's; read only as far as necessary.
        name: What errors call the file.
        me: What the person says of themselves ("user123", "123", or a name); goes before everything.
        known: Whose history it is imported into, if that is known.

    Raises:
        ExportFileError: It cannot be read.
        UnknownPersonError: Nothing says who the person is; the candidates are in the message.
    """
    senders = _Senders()
    owners: set[int] = set()
    for part in parts:
        if isinstance(part, RawChat):
            own = _Senders(modern=senders.modern)
            for records in part.records:
                own.count(records)
            senders.add(own)
            owners |= {owner for owner in [_owner_of_chat(part.head, own)] if owner is not None}
        else:
            stated = senders.state(part.person)
            if stated is not None and me is None:
                return stated
    if not senders.counts:
        raise ExportFileError(f"{name} holds no messages that can be read; export again with the chats you want ticked, as JSON")
    if me is not None:
        return senders.chosen(me, name)
    if len(owners) == 1:  # an account exported without its own data has many chats, and all of them agree
        return owners.pop()
    if known is not None and known in senders.counts:
        return known
    raise UnknownPersonError(f"{name} does not say who you are: choose yourself with --me; its senders are {senders.candidates()}")


class _Senders:
    """Who writes in a file, and how much."""

    def __init__(self, *, modern: bool = False) -> None:
        self.counts: Counter[int] = Counter()
        self.names: dict[int, str] = {}
        self.modern = modern

    def add(self, other: _Senders) -> None:
        """Adds another chat's."""
        self.counts.update(other.counts)
        self.names |= other.names
        self.modern = other.modern

    def state(self, about: dict[str, Any]) -> int | None:
        """Takes note of whom a file names as its owner, though they may have written nothing."""
        user = integer(about.get("user_id"))
        if user is not None:
            self.counts[user] += 0
            self.names[user] = one_line(f"{about.get('first_name') or ''} {about.get('last_name') or ''}")
        return user

    def count(self, records: list[Any]) -> None:
        """Adds the messages among some records."""
        for record in records:
            if not isinstance(record, dict) or record.get("type") != "message":
                continue
            self.modern = self.modern or is_modern(record)
            sender = peer_id(record.get("from_id"))
            if sender is not None:
                self.counts[sender] += 1
                if name := one_line(record.get("from")):
                    self.names[sender] = name

    def chosen(self, me: str, name: str) -> int:
        """The sender that `--me` means."""
        digits = me.isascii() and me.isdecimal() and len(me) < 20
        wanted = peer_id(f"user{me}" if digits else me)
        if wanted is not None and wanted in self.counts:
            return wanted
        called = one_line(me).casefold()
        named = [sender for sender in self.counts if called and self.names.get(sender, "").casefold() == called]
        if len(named) == 1:
            return named[0]
        problem = f"several senders are called {one_line(me)}" if named else f"nobody called {one_line(me)} writes here"
        raise UnknownPersonError(f"{name}: --me {one_line(me)}: {problem}; the senders are {self.candidates()}")

    def candidates(self) -> str:
        """The people who wrote the most, for an error."""
        people = [(sender, count) for sender, count in self.counts.most_common() if sender > 0]
        shown = [f"user{sender} {self.names.get(sender) or '(deleted account)'} ({count:,} messages)" for sender, count in people[:_SHOWN]]
        more = f" and {len(people) - _SHOWN} more" if len(people) > _SHOWN else ""
        return ", ".join(shown) + more or "none"


def _owner_of_chat(chat: dict[str, Any], senders: _Senders) -> int | None:
    """The person, from a single chat that leaves only one possibility."""
    kind, number = chat.get("type"), integer(chat.get("id"))
    if number is None:
        return None
    contact = number if senders.modern else old_id(number)
    if kind == "saved_messages":
        return contact
    # a chat's id is its contact's, except in some files from before 2021
    certain = senders.modern or contact != number or contact in senders.counts
    others = senders.counts.keys() - {contact}
    if kind == "personal_chat" and certain and len(others) == 1:
        return next(iter(others))
    return None
