"""What stands around the texts of a conversation: twin's own markers, or those of a base that has learned a chat template.

A base's own form is read off its chat template by rendering a conversation of known texts and cutting it at them: no table of
model names. Where that gives no form in which a message could not imitate a turn, twin's own markers serve for that base too.

Not here: rendering a conversation (template.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from jinja2 import TemplateError

from twin.errors import ModelError

HEADER, CONTACT, MINE, BUBBLE, STOP = OWN = (">>INTRODUCTION<<", ">>QUESTION<<", ">>ANSWER<<", ">>COMMENT<<", "<|endoftext|>")
"""Twin's own markers: spare single tokens of Falcon's tokenizer (ids 0 to 10 of tiiuae/falcon-7b) and its end-of-text token, the only
one that this base has learned to emit and the one that every runtime already stops at. No chat template knows bubbles: BUBBLE serves in all."""

_PERSON, _ME = "user", "assistant"
_TEXTS = ("Opening1words", "First2words", "Second3words", "Third4words", "Fourth5words")
"""What is looked for in a rendered conversation: header, contact, person, contact, person. Nothing in them to trim, split or merge."""
_DAY = "{% macro strftime_now(format) %}26 Jul 2024{% endmacro %}"
"""What a template is told today is, so that the text is the same every day: the day that Llama 3's has where it cannot ask. A macro,
because transformers 5.23 lets nothing but text into a template."""
_REFUSALS = (TemplateError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
"""What a chat template, which is a program, raises on messages that it does not want."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands around one text.

    Attributes:
        opening: Token ids before it.
        lead: What is written before the text's first word and becomes one token with it: a space or nothing.
        closing: Token ids after it.
    """

    opening: tuple[int, ...]
    lead: str
    closing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Markers:
    """The tokens that give a conversation its form.

    Attributes:
        header: Around the text that says who talks to whom.
        contact: Around a contact's turn.
        mine: Around the person's turn; its closing begins with the stop marker.
        first_contact: Around a contact's turn that follows the header: not as any other where the header is part of that turn.
        first_mine: The same for the person's.
        reserved: Those of all these ids that no text may contain.
    """

    header: Part
    contact: Part
    mine: Part
    first_contact: Part
    first_mine: Part
    reserved: frozenset[int]


def own_markers(tokenizer: Any) -> Markers:
    """Twin's own markers in a tokenizer that has them all.

    The leading space makes a bubble's first word the same token as inside a sentence, which is how a base knows it.

    Raises:
        ModelError: One is missing.
    """
    vocabulary = tokenizer.get_vocab()
    missing = [marker for marker in OWN if marker not in vocabulary]
    if missing:
        raise ModelError(f"the tokenizer lacks the marker {missing[0]}: load it with base.load_template, which adds what is missing")
    header, contact, mine, bubble, stop = (vocabulary[marker] for marker in OWN)
    theirs, person = Part((contact,), " "), Part((mine,), " ", (stop,))
    return Markers(Part((header,), " "), theirs, person, theirs, person, frozenset({header, contact, mine, bubble, stop}))


def learned_markers(tokenizer: Any) -> Markers | None:
    """The form of the tokenizer's chat template; None if it has none, or none that can be used.

    It can be used if the texts come out of it in order, if a token that no message can contain closes the person's turn, and if
    there is such a token between a contact's text and the person's.
    """
    if not getattr(tokenizer, "chat_template", None):
        return None
    header, *texts = _TEXTS
    turns = [{"role": role, "content": text} for role, text in zip((_PERSON, _ME) * 2, texts, strict=True)]
    with_system = [{"role": "system", "content": header}, *turns]
    # a template without a system role: what Mistral's and Gemma's do with one where they take it
    without = [{"role": _PERSON, "content": f"{header}\n\n{texts[0]}"}, *turns[1:]]
    for messages in (with_system, without):
        whole, asked = _cut(tokenizer, messages, _TEXTS), _cut(tokenizer, messages[:-3], _TEXTS[:2])
        if whole and asked:
            return _form(tokenizer, whole, asked)
    return None


def prepend_nothing(backend: Any) -> None:
    """Makes a tokenizer of the `tokenizers` library take texts as they stand: SentencePiece's kind puts a space before each."""
    for name in ("normalizer", "pre_tokenizer"):
        part = getattr(backend, name)
        if part is not None:
            state = re.sub(rb'("prepend_scheme":)"\w+"', rb'\1"never"', part.__getstate__())
            state = re.sub(rb'("add_prefix_space":)true', rb"\1false", state)
            part.__setstate__(re.sub(rb'("type":"Prepend","prepend":)"[^"]*"', rb'\1""', state))
            setattr(backend, name, part)


def _form(tokenizer: Any, whole: Sequence[Part], asked: Sequence[Part]) -> Markers | None:
    """The form by what stands before, between and after all five texts, and the same for the first two alone."""
    before, to_first, to_reply, to_next, _, after = whole  # the last reply may have more before it than those of the past, an empty thought
    contact_closing = _shared(to_reply.opening, asked[-1].opening)
    mine_closing = _shared(to_next.opening, after.opening)
    contact = Part(to_next.opening[len(mine_closing) :], to_next.lead, contact_closing)
    mine = Part(to_reply.opening[len(contact_closing) :], to_reply.lead, mine_closing)
    added = tokenizer.added_tokens_decoder
    if not mine_closing or mine_closing[0] not in added or added.keys().isdisjoint(to_reply.opening):
        return None
    reserved = frozenset(token for part in whole[:4] for token in part.opening if token in added)
    end = len(to_first.opening) - len(contact.opening)
    if contact.opening and to_first == Part(to_first.opening[:end] + contact.opening, contact.lead):
        return Markers(Part(before.opening, before.lead, to_first.opening[:end]), contact, mine, contact, mine, reserved)
    # the header has no turn of its own: it begins the first, which need not be a contact's
    first_contact = Part((), to_first.lead, contact_closing)
    first_mine = Part(contact_closing + mine.opening, mine.lead, mine_closing)
    return Markers(Part(before.opening, before.lead, to_first.opening), contact, mine, first_contact, first_mine, reserved)


def _cut(tokenizer: Any, messages: Sequence[dict[str, str]], texts: Sequence[str]) -> list[Part] | None:
    """What stands before each of the texts, and last what stands after them all; None if that cannot be told."""
    try:
        rendered = tokenizer.apply_chat_template(messages, chat_template=_DAY + tokenizer.get_chat_template(), tokenize=False, enable_thinking=False)
    except _REFUSALS:
        return None
    starts = [rendered.find(text) for text in texts]
    if starts != sorted(starts) or any(rendered.count(text) != 1 for text in texts):
        return None
    encoded = tokenizer(rendered, add_special_tokens=False, return_offsets_mapping=True)
    tokens = list(zip(encoded["input_ids"], encoded["offset_mapping"], strict=True))
    edges = [0, *(edge for start, text in zip(starts, texts, strict=True) for edge in (start, start + len(text))), len(rendered)]
    parts = []
    for first, last in list(pairwise(edges))[::2]:
        if any(start < first < end for _, (start, end) in tokens):
            return None
        words = first + len(rendered[first:last].rstrip(" "))  # a last space goes with the text, whether or not it was one token with this one
        inside = [(token, end) for token, (start, end) in tokens if first <= start and end <= words]
        parts.append(Part(tuple(token for token, _ in inside), rendered[max((end for _, end in inside), default=first) : last]))
    return parts


def _shared(left: Sequence[int], right: Sequence[int]) -> tuple[int, ...]:
    """What both begin with."""
    return tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
