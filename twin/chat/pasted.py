"""A conversation that was copied from a messenger, as turns: what the twin is to reply to without anybody having said it here."""

from __future__ import annotations

import regex

from twin.schema import Turn

_TELEGRAM = regex.compile(r"^(?P<name>\S.{0,99}?), \[[^\]]*\d{1,2}:\d{2}[^\]]*\]:?[ \t]*(?P<text>.*)$")
"""What Telegram's clients put above each copied message: "Name, [01.02.2026 10:00]"."""
_LINE = regex.compile(r"^(?P<name>[^\s:][^:]{0,39}):(?:[ \t]+(?P<text>.*)|(?P<text>))$")
_ME = frozenset({"me", "i", "you", "я", "ты", "вы"})


def turns_of(text: str, person: str, contact: str) -> list[Turn]:
    """The turns of a pasted conversation, a bubble for each message; a line without a name goes on with the message before it.

    Args:
        text: Lines "Name: text", or messages as Telegram copies them. Text in which nobody is named is what `contact` has written.
        person: Whose words are `mine`, by the whole name, the first word of it, or "me".
        contact: Who has said what stands there before the first name.
    """
    header = _TELEGRAM if any(map(_TELEGRAM.match, text.splitlines())) else _LINE
    mine = _ME | {person.casefold(), *person.casefold().split()[:1]}
    turns: list[Turn] = []
    name, message = contact, list[str]()

    def said() -> None:
        if bubble := "\n".join(message).strip():
            if turns and turns[-1].name == name:
                turns[-1] = Turn(name, turns[-1].mine, (*turns[-1].bubbles, bubble), False)
            else:
                turns.append(Turn(name, name == person, (bubble,), False))
        message.clear()

    for line in text.splitlines():
        if found := header.match(line.strip()):
            said()
            name = found["name"].strip()
            name = person if name.casefold() in mine else name
            line = found["text"] or ""
        message.append(line)
    said()
    return turns
