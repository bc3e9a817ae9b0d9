"""What each model gives the person's own held-out replies: the twin, the base alone, the base shown examples, and another person's twin.

All see the same windows of the same conversations; the base shown examples has them before each window, beyond the row. What was measured is kept in the
run's folder. Not here: the measure itself (predicting.py, choosing.py), and generated replies (rows.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from twin.chat.people import Contact
from twin.chat.persona import Persona, as_turns, persona_of
from twin.config import Train, load_config
from twin.errors import Interrupted, ModelError
from twin.evaluate.choosing import Choices, Question, choose
from twin.evaluate.general import general
from twin.evaluate.measured import ANOTHER, BASE, FEW_SHOT, TWIN
from twin.evaluate.predicting import Bits, predict
from twin.evaluate.rows import examples_for, state_of
from twin.model import base
from twin.model.adapter import Twin, load_twin
from twin.model.embedded import revision
from twin.model.packing import Window, pack, windows
from twin.model.template import Rendered, Template
from twin.schema import ChatKind, Conversation, Turn
from twin.workspace import private_folder, write_text

VERSION = 1
"""Of what is kept; another one makes it anew."""
CONTEXT_TOKENS = 256
"""Of a question's context: half a row, which is what a reply sees of its conversation in training on average."""


def some_rows(template: Template, conversations: Sequence[Conversation], settings: Train, tokens: int, persona: Persona | None = None) -> list[list[Window]]:
    """Packed rows of as many of the conversations, from the first on, as have so many tokens; their `source` counts among all of them.

    Args:
        template: Of the base.
        conversations: In the order in which they are taken.
        settings: The run's: the length of rows.
        tokens: At most, but for the last conversation; the examples do not count.
        persona: Whose examples stand before every window.
    """
    pieces: list[Window] = []
    longest = settings.row_tokens
    for number, conversation in enumerate(conversations):
        rendered = template.render(conversation)
        shown = 0
        if persona is not None:
            rendered, shown = _with_examples(template, conversation, persona, settings.base)
        cut = windows(rendered, row_tokens=settings.row_tokens + shown, shared_tokens=settings.shared_tokens, source=number)
        own = list(cut)
        longest = max(longest, settings.row_tokens + shown)
        pieces += own
        tokens -= sum(len(window.ids) - shown for window in own)
        if tokens <= 0:
            break
    return [[pieces[number] for number in row] for row in pack([len(window.ids) for window in pieces], longest)]


def _examples(persona: Persona, contact: Contact, base_name: str) -> list[Turn]:
    """What the base is shown before a conversation with a contact."""
    count, budget = examples_for(base_name)
    return as_turns(persona.examples(contact, count=count, budget=budget), contact)


def _with_examples(template: Template, conversation: Conversation, persona: Persona, base_name: str) -> tuple[Rendered, int]:
    """The conversation with examples as part of its header, and how many tokens these are."""
    contact = Contact(conversation.chat, conversation.kind)
    turns = _examples(persona, contact, base_name)
    plain = template.render(conversation)
    if not turns:
        return plain, 0
    pieces = template.pieces([*turns, *conversation.turns], group=conversation.kind is ChatKind.GROUP)
    examples = [token for piece in pieces[: len(turns)] for token in piece.ids]
    return Rendered((*plain.header, *examples), tuple(replace(piece, first=None) for piece in pieces[len(turns) :])), len(examples)


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """What the models gave, by row.

    Attributes:
        bits: Metric 1.
        choices: Metric 2.
        general: "before", "after" and "change" of general.general, each as Value.to_json has it.
        left_out: Row -> why it is not among them.
    """

    bits: dict[str, Bits]
    choices: dict[str, Choices]
    general: dict[str, Any]
    left_out: dict[str, str]


def likelihoods(
    run: Path,
    dataset: Path,
    conversations: Sequence[Conversation],
    asked: Sequence[Question],
    texts: Sequence[str],
    *,
    tokens: int,
    seed: int,
    wrong: Path | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    stop: Callable[[], bool] = lambda: False,
) -> Likelihoods:
    """Both metrics of the rows that are models.

    Args:
        run: The folder of a finished run.
        dataset: Where the examples are from: its training and validation splits.
        conversations: What is held out, in the order in which it is taken.
        asked: The questions of metric 2; their numbers count the conversations.
        texts: General texts: how many bits they take before and after.
        tokens: Of the conversations, for metric 1, at most.
        seed: Of the intervals of the general texts.
        wrong: The folder of another person's finished run on the same base.
        progress: Told how much of a row is done.
        stop: Asked before each model's turn.

    Raises:
        Interrupted: `stop` said so; what was measured is kept.
        ModelError: A run cannot be loaded, or `wrong` is on another base.
    """
    settings = load_config(run / "config.toml").train
    if wrong is not None and load_config(wrong / "config.toml").train.base != settings.base:
        raise ModelError(f"{wrong} was trained on another base than {run.name}; give a run on {settings.base}")
    template = base.load_template(settings.base)
    persona = persona_of(dataset, splits=("train", "validation"))
    plain = some_rows(template, conversations, settings, tokens)
    shown = some_rows(template, conversations, settings, tokens, persona)
    kept, models = _Kept(run / "evaluation" / "likelihood.json"), _Models(template)

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, total: progress(done, total, what)

    found = Likelihoods({}, {}, {}, {} if wrong else {ANOTHER: "no other person's run was given (--wrong)"})
    for row, folder in ((TWIN, run), (BASE, run), (FEW_SHOT, run), *(((ANOTHER, wrong),) if wrong else ())):
        rows = shown if row == FEW_SHOT else plain
        made_of = [VERSION, row, state_of(folder), settings.base, revision(settings.base), models.place.type]
        what = [made_of, [[window.ids for window in one] for one in rows], [[question.number, question.candidates] for question in asked]]
        sign = _sign(what)
        if not kept.has(sign):
            if stop():
                raise Interrupted(f"stopped; what was measured is kept in {kept.path}, the same command goes on from there")
            with models.of(row, folder) as model:
                bits = predict(model, rows, len(conversations), progress=told(row))
                choices = _choices(model, template, asked, len(conversations), settings, persona if row == FEW_SHOT else None)
            kept.add(sign, [each.tolist() for each in (bits.bits, bits.sizes, choices.hits, choices.tries)])
        numbers = [np.array(each) for each in kept.get(sign)]
        found.bits[row], found.choices[row] = Bits(numbers[0], numbers[1]), Choices(numbers[2], numbers[3])
    sign = _sign([VERSION, "general", state_of(run), settings.base, revision(settings.base), models.place.type, list(texts), settings.row_tokens, seed])
    if not kept.has(sign):
        if stop():
            raise Interrupted(f"stopped; what was measured is kept in {kept.path}, the same command goes on from there")
        values = general(models.twin(run), template, texts, row_tokens=settings.row_tokens, seed=seed, progress=told("general text"))
        kept.add(sign, {name: value.to_json() for name, value in values.items()})
    return replace(found, general=kept.get(sign))


def _sign(what: Any) -> str:
    """What a measurement was made of."""
    return hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()


def _choices(model: Any, template: Template, asked: Sequence[Question], count: int, settings: Train, persona: Persona | None) -> Choices:
    """The answers to questions; under a persona, those of each chat after the examples for it, which come on top of a row."""
    by_contact: dict[Contact | None, list[Question]] = {}
    for question in asked:
        contact = Contact(question.conversation.chat, question.conversation.kind) if persona else None
        by_contact.setdefault(contact, []).append(question)
    hits, tries = np.zeros(count), np.zeros(count)
    for contact, some in by_contact.items():
        examples = _examples(persona, contact, settings.base) if persona and contact else []
        extra = sum(len(piece.ids) for piece in template.pieces(examples, group=contact is not None and contact.kind is ChatKind.GROUP)) if examples else 0
        part = choose(model, template, some, count, row_tokens=settings.row_tokens + extra, context_tokens=CONTEXT_TOKENS, examples=examples)
        hits, tries = hits + part.hits, tries + part.tries
    return Choices(hits, tries)


class _Models:
    """The models of the rows, each loaded when it is first asked for; one adapter at a time."""

    def __init__(self, template: Template) -> None:
        self.place = base.device()
        self._template = template
        self._loaded: tuple[Path, Twin] | None = None

    def twin(self, folder: Path) -> Twin:
        """The twin of a run; the one before it is gone."""
        if self._loaded is None or self._loaded[0] != folder:
            self._loaded = None  # before the next takes its memory
            settings = load_config(folder / "config.toml").train
            self._loaded = folder, load_twin(folder, settings, self._template, self.place)
        return self._loaded[1]

    @contextmanager
    def of(self, row: str, folder: Path) -> Iterator[Any]:
        """The model of a row."""
        twin = self.twin(folder)
        with twin.base_alone() if row in (BASE, FEW_SHOT) else nullcontext(twin.model) as model:
            yield model


class _Kept:
    """What was measured, in a file, each by the sign of what it was made of; a damaged file counts as empty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._found = {}

    def has(self, sign: str) -> bool:
        return sign in self._found

    def get(self, sign: str) -> Any:
        return self._found[sign]

    def add(self, sign: str, found: Any) -> None:
        self._found[sign] = found
        private_folder(self.path.parent)
        write_text(self.path, json.dumps(self._found) + "\n")
