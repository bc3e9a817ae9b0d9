"""The chat line by line: for the terminal, and for pipes. Reading and writing are the caller's; nothing here prints."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from twin.chat.people import BASE, Answering, Contact, with_message
from twin.errors import TwinError
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn
from twin.workspace import write_text

if TYPE_CHECKING:
    from twin.chat.rhythm import Rhythm

HELP = """\
!new              begin a new conversation
!again            let it answer the last message once more
!as NAME          write as another contact, in a new conversation
!voice NAME       another voice answers; without a name: which there are
!base             the base model answers, without the training
!twin             the twin answers again
!memory on|off    whether it looks up past exchanges that have to do with your message
!remembered       what it remembered for its last reply
!rhythm on|off    whether it takes its time between messages
!temperature N    how lively it is, from 0 to 2
!save FILE        write the conversation to a new file
!quit             end (so does the end of input)
Ctrl-C stops an answer. Every other line is a message."""


def chat(
    engine: Answering,
    contact: Contact,
    sampling: Sampling,
    *,
    read: Callable[[str], str | None],
    write: Callable[[str], None],
    interactive: bool = True,
    as_json: bool = False,
    memory: bool = False,
    rhythm: Callable[[], Rhythm] | None = None,
    paced: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Answers line after line until `read` returns None or the person asks to quit.

    Args:
        engine: The twin.
        contact: Whom the person at the keyboard writes as, to begin with.
        sampling: How replies are drawn.
        read: Shows a prompt and returns a line, None at the end of input.
        write: Is given each bubble as soon as it is complete, or each reply where it is JSON.
        interactive: False, for a pipe: no prompts, no names, nothing but the bubbles, and an error ends it.
        as_json: A reply is one line, {"message", "bubbles", "contact", "voice", "remembered"}.
        memory: Whether past exchanges are looked up, to begin with.
        rhythm: Reads the person's rhythm; called once, when it is first wanted. None: there is none.
        paced: Whether bubbles come in that rhythm, to begin with.
        sleep: Waits so many seconds.

    Raises:
        TwinError: Not interactive: there is no reply.
    """
    _Chat(engine, contact, sampling, write, interactive and not as_json, as_json, memory, rhythm, paced, sleep).run(read)


@dataclass(slots=True)
class _Chat:
    engine: Answering
    contact: Contact
    sampling: Sampling
    write: Callable[[str], None]
    interactive: bool
    as_json: bool
    memory: bool
    rhythm: Callable[[], Rhythm] | None
    paced: bool
    sleep: Callable[[float], None]
    voice: str | None = None
    turns: list[Turn] = field(default_factory=list)
    remembered: tuple[str, ...] = ()
    known_rhythm: Rhythm | None = None
    chance: Random = field(default_factory=Random)

    def run(self, read: Callable[[str], str | None]) -> None:
        self._note(f"An AI imitating {self.engine.person}; you write as {self.contact.name}. !help lists what else you can do.")
        while (line := read(f"{self.contact.name}: " if self.interactive else "")) is not None:
            command = re.fullmatch(r"!([a-z]+)(?:\s+(.*))?", line.strip())
            if command is None:
                self._say(line)
            elif command[1] == "quit":
                return
            else:
                self._obey(command[1], (command[2] or "").strip())

    def _say(self, line: str) -> None:
        if line.strip():
            name = "Guest" if self.contact.kind is ChatKind.GROUP else self.contact.name
            self.turns = with_message(self.turns, name, line)
            self._answer(line)

    def _obey(self, command: str, argument: str) -> None:
        match command:
            case "new":
                self.turns = []
                self._note("A new conversation.")
            case "again":
                self._again()
            case "as":
                self._become(argument)
            case "base" | "twin" | "voice":
                self._choose_voice(command, argument)
            case "memory":
                self.memory = self._switch(command, argument, self.memory)
            case "rhythm" if self.rhythm is None:
                self._note("There is no history from which it could have a rhythm.")
            case "rhythm":
                self.paced = self._switch(command, argument, self.paced)
            case "remembered":
                self._note("\n".join(map(_printable, self.remembered)) or "Nothing was remembered for the last reply.")
            case "temperature":
                self._warm(argument)
            case "save":
                self._save(argument)
            case "help":
                self._note(HELP)
            case _:
                self._note(f"There is no !{command}; !help lists what there is.")

    def _again(self) -> None:
        if self.turns and self.turns[-1].mine:
            self.turns = self.turns[:-1]
        if self.turns:
            self._answer("\n".join(self.turns[-1].bubbles))
        else:
            self._note("Nothing was said yet.")

    def _become(self, name: str) -> None:
        wanted = name.casefold()
        found = [contact for contact in self.engine.contacts if wanted and contact.name.casefold().startswith(wanted)]
        found = [contact for contact in found if contact.name.casefold() == wanted] or found
        if len(found) != 1:
            self._note(f"{name or '!as'}: name one of {', '.join(contact.name for contact in found or self.engine.contacts)}")
            return
        self.contact, self.turns = found[0], []
        self._note(f"A new conversation; you write as {self.contact.name}.")

    def _choose_voice(self, command: str, name: str) -> None:
        wanted = {"base": BASE, "twin": self.engine.voices[0]}.get(command, name)
        if wanted not in self.engine.voices:
            self._note(f"{wanted or '!voice'}: name one of {', '.join(self.engine.voices)}")
            return
        self.voice = None if wanted == self.engine.voices[0] else wanted
        told = {None: "The twin answers.", BASE: "The base model answers, without the training."}
        self._note(f"{wanted} answers." if command == "voice" else told[self.voice])

    def _switch(self, command: str, argument: str, before: bool) -> bool:
        if argument not in ("on", "off"):
            self._note(f"!{command} is {'on' if before else 'off'}; say !{command} on or !{command} off")
            return before
        self._note(f"!{command} is {argument}.")
        return argument == "on"

    def _warm(self, argument: str) -> None:
        try:
            warmth = float(argument)
        except ValueError:
            warmth = -1.0
        if 0 <= warmth <= 2:
            self.sampling = replace(self.sampling, temperature=warmth)
            self._note(f"The temperature is {warmth:g}.")
        else:
            self._note(f"!temperature wants a number from 0 to 2; it is {self.sampling.temperature:g}")

    def _save(self, argument: str) -> None:
        path = Path(argument).expanduser()
        if not argument or path.exists():
            self._note(f"{argument} is there already; name a new file" if argument else "!save wants the name of a new file")
            return
        try:
            write_text(path, "".join(f"{turn.name}: {bubble}\n" for turn in self.turns for bubble in turn.bubbles))
            self._note(f"The conversation is in {path}, which only you can read.")
        except OSError as error:
            self._note(f"{path} cannot be written: {error.strerror}")

    def _answer(self, message: str) -> None:
        """Shows the bubbles of a reply, each once the next one has begun or the reply has ended."""
        bubbles: tuple[str, ...] = ()
        shown = 0
        said = time.monotonic()
        self.remembered = ()
        try:
            self.remembered = self.engine.recall(self.turns, self.contact) if self.memory else ()
            for bubbles in self.engine.reply(self.turns, self.contact, self.sampling, voice=self.voice, memories=self.remembered):
                while shown < len(bubbles) - 1:
                    said = self._wait(bubbles[shown], said, first=not shown)
                    self._show(bubbles[shown])
                    shown += 1
            for bubble in bubbles[shown:]:
                said = self._wait(bubble, said, first=not shown)
                self._show(bubble)
                shown += 1
        except KeyboardInterrupt:
            self._note("")  # off the line on which the terminal shows ^C
        except TwinError as error:
            if not self.interactive:
                raise
            self._note(str(error))
        for bubble in bubbles[shown:]:
            self._show(bubble)
        if bubbles:
            self.turns.append(Turn(self.engine.person, True, bubbles, False))
            if self.as_json:
                self._put_json(message, bubbles)

    def _wait(self, bubble: str, since: float, *, first: bool) -> float:
        """Lets as much time go by before a bubble as the person does; returns when that was. The time the model took counts."""
        if self.paced and self.rhythm and not self.as_json:
            self.known_rhythm = self.known_rhythm or self.rhythm()
            left = since + self.known_rhythm.pause(bubble, self.chance, first=first) - time.monotonic()
            if left > 0:
                self.sleep(left)
        return time.monotonic()

    def _show(self, bubble: str) -> None:
        if not self.as_json:
            name = {None: self.engine.person, BASE: "base model"}.get(self.voice, self.voice)
            self.write(f"{name}: {_printable(bubble)}" if self.interactive else _printable(bubble))

    def _put_json(self, message: str, bubbles: tuple[str, ...]) -> None:
        reply = {
            "message": message,
            "bubbles": bubbles,
            "contact": self.contact.name,
            "voice": self.voice or self.engine.voices[0],
            "remembered": self.remembered,
        }
        self.write(json.dumps(reply, ensure_ascii=False))

    def _note(self, text: str) -> None:
        if self.interactive:
            self.write(text)


def _printable(text: str) -> str:
    # a control character could move the cursor or change the terminal; a person sends none on purpose
    return "".join(character for character in text if character == "\n" or unicodedata.category(character) != "Cc")
