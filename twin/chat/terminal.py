"""The chat line by line: for the terminal, and for pipes. Reading and writing are the caller's; nothing here prints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from twin.chat.people import BASE, Answering, Contact, with_message
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn

HELP = """\
!new        begin a new conversation
!again      let it answer the last message once more
!as NAME    write as another contact, in a new conversation
!base       the base model answers, without the training
!twin       the twin answers again
!quit       end (so does the end of input)
Ctrl-C stops an answer. Every other line is a message."""


def chat(
    engine: Answering,
    contact: Contact,
    sampling: Sampling,
    *,
    read: Callable[[str], str | None],
    write: Callable[[str], None],
    interactive: bool = True,
) -> None:
    """Answers line after line until `read` returns None or the person asks to quit.

    Args:
        engine: The twin.
        contact: Whom the person at the keyboard writes as, to begin with.
        sampling: How replies are drawn.
        read: Shows a prompt and returns a line, None at the end of input.
        write: Is given each bubble as soon as it is complete.
        interactive: False, for a pipe: no prompts, no names, nothing but the bubbles.
    """
    _Chat(engine, contact, sampling, write, interactive).run(read)


@dataclass(slots=True)
class _Chat:
    engine: Answering
    contact: Contact
    sampling: Sampling
    write: Callable[[str], None]
    interactive: bool
    twin: bool = True
    turns: list[Turn] = field(default_factory=list)

    def run(self, read: Callable[[str], str | None]) -> None:
        self._note(f"An AI imitating {self.engine.person}; you write as {self.contact.name}. !help lists what else you can do.")
        while (line := read(f"{self.contact.name}: " if self.interactive else "")) is not None:
            command = re.fullmatch(r"!([a-z]+)(?:\s+(.*))?", line.strip())
            if command is None:
                self._say(line)
            elif command[1] == "quit":
                return
            else:
                self._obey(command[1], command[2] or "")

    def _say(self, line: str) -> None:
        if line.strip():
            name = "Guest" if self.contact.kind is ChatKind.GROUP else self.contact.name
            self.turns = with_message(self.turns, name, line)
            self._answer()

    def _obey(self, command: str, argument: str) -> None:
        match command:
            case "new":
                self.turns = []
                self._note("A new conversation.")
            case "again":
                self._again()
            case "as":
                self._become(argument)
            case "base" | "twin":
                self.twin = command == "twin"
                self._note("The twin answers." if self.twin else "The base model answers, without the training.")
            case "help":
                self._note(HELP)
            case _:
                self._note(f"There is no !{command}; !help lists what there is.")

    def _again(self) -> None:
        if self.turns and self.turns[-1].mine:
            self.turns = self.turns[:-1]
        if self.turns:
            self._answer()
        else:
            self._note("Nothing was said yet.")

    def _become(self, name: str) -> None:
        wanted = name.strip().casefold()
        found = [contact for contact in self.engine.contacts if wanted and contact.name.casefold().startswith(wanted)]
        found = [contact for contact in found if contact.name.casefold() == wanted] or found
        if len(found) != 1:
            self._note(f"{name.strip() or '!as'}: name one of {', '.join(contact.name for contact in found or self.engine.contacts)}")
            return
        self.contact, self.turns = found[0], []
        self._note(f"A new conversation; you write as {self.contact.name}.")

    def _answer(self) -> None:
        """Shows the bubbles of a reply, each once the next one has begun or the reply has ended."""
        bubbles: tuple[str, ...] = ()
        shown = 0
        try:
            for bubbles in self.engine.reply(self.turns, self.contact, self.sampling, voice=None if self.twin else BASE):
                while shown < len(bubbles) - 1:
                    self._show(bubbles[shown])
                    shown += 1
        except KeyboardInterrupt:
            self._note("")  # off the line on which the terminal shows ^C
        for bubble in bubbles[shown:]:
            self._show(bubble)
        if bubbles:
            self.turns.append(Turn(self.engine.person, True, bubbles, False))

    def _show(self, bubble: str) -> None:
        # a control character could move the cursor or change the terminal; a person sends none on purpose
        text = "".join(character for character in bubble if character == "\n" or unicodedata.category(character) != "Cc")
        name = self.engine.person if self.twin else "base model"
        self.write(f"{name}: {text}" if self.interactive else text)

    def _note(self, text: str) -> None:
        if self.interactive:
            self.write(text)
