"""Text <-> tokens: the one template through which training, scoring and chat all render a conversation.

    >>INTRODUCTION<< header
    >>QUESTION<< a contact's bubble >>COMMENT<< their next bubble
    >>ANSWER<< the person's bubble >>COMMENT<< the next <|endoftext|>

Every marker is one token. In a group a contact's turn begins with their name and a colon; in a personal chat the header
already says who it is. Each piece of text is encoded on its own, so its ids do not depend on what stands around it: that is
what makes a chat prompt exactly the prefix of the training ids. Markers written inside a message are encoded as ordinary
text and never become marker tokens.

Not here: cutting conversations to a length (packing.py), choosing the next token (generate.py).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from twin.errors import ModelError
from twin.prompts import fill
from twin.schema import ChatKind, Conversation, Turn

CONTEXT, TEXT, MARKER = 0, 1, 2
"""What a token is for the loss: read only; text of a reply to learn; bubble or stop marker of such a reply."""


@dataclass(frozen=True, slots=True)
class Markers:
    """The tokens that give a conversation its form, by their strings.

    The defaults are spare single tokens of Falcon's tokenizer (ids 0 to 10 of tiiuae/falcon-7b) and its end-of-text token:
    the only one the base has learned to emit, and the one that every runtime already stops at.
    """

    header: str = ">>INTRODUCTION<<"
    contact: str = ">>QUESTION<<"
    mine: str = ">>ANSWER<<"
    bubble: str = ">>COMMENT<<"
    stop: str = "<|endoftext|>"

    def strings(self) -> tuple[str, str, str, str, str]:
        """All five, in the order of the fields."""
        return (self.header, self.contact, self.mine, self.bubble, self.stop)


@dataclass(frozen=True, slots=True)
class Piece:
    """The tokens of one turn, marker first.

    Attributes:
        ids: Token ids.
        kinds: For each token CONTEXT, TEXT or MARKER; the loss is taken where it is not CONTEXT.
        size: UTF-8 bytes of the text to be learned, 0 for context.
    """

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """A conversation as tokens: its header, then a piece for each turn."""

    header: tuple[int, ...]
    pieces: tuple[Piece, ...]

    @property
    def ids(self) -> list[int]:
        """All token ids, in order."""
        return [*self.header, *(token for piece in self.pieces for token in piece.ids)]

    @property
    def kinds(self) -> list[int]:
        """What each of `ids` is for the loss."""
        return [CONTEXT] * len(self.header) + [kind for piece in self.pieces for kind in piece.kinds]


class Template:
    """The template over one tokenizer.

    Args:
        tokenizer: A fast tokenizer of transformers in which every marker is a single token (`base.load_template` sees to it).
        markers: Which tokens those are.
        added: The ids of markers that the base model has never seen, because they were added to its tokenizer.

    Attributes:
        specials: The ids that are no text: the markers and every other special token.
        size: One more than the highest id.

    Raises:
        ModelError: A marker is not a single token of the tokenizer.
    """

    def __init__(self, tokenizer: Any, markers: Markers = Markers(), added: Sequence[int] = ()) -> None:
        self.tokenizer = tokenizer
        self.added = list(added)
        # A copy, settled once: the flag below is the tokenizer's and not the call's, and two threads would switch it for each other.
        self._backend = copy.deepcopy(tokenizer.backend_tokenizer)
        self._backend.encode_special_tokens = True  # a marker inside a text is text
        self._backend.no_truncation()
        self._backend.no_padding()
        vocabulary = tokenizer.get_vocab()
        missing = [marker for marker in markers.strings() if marker not in vocabulary]
        if missing:
            raise ModelError(f"the tokenizer lacks the marker {missing[0]}: load it with base.load_template, which adds what is missing")
        self.header_id, self.contact_id, self.mine_id, self.bubble_id, self.stop_id = (vocabulary[marker] for marker in markers.strings())
        special = {str(token): number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
        special |= {marker: vocabulary[marker] for marker in (*tokenizer.all_special_tokens, *markers.strings())}
        self.specials = frozenset(special.values())
        self.size = max(vocabulary.values()) + 1
        self._strings = tuple(special)

    def header(
        self,
        person: str,
        *,
        contact: str | None = None,
        group: str | None = None,
        date: str | None = None,
        memories: str | None = None,
    ) -> tuple[int, ...]:
        """The ids that open a conversation: who talks to whom, and what else the person is given to know."""
        text = fill("header", person=person, contact=contact, group=group, date=date, memories=memories)
        return (self.header_id, *self._encode([text])[0])

    def header_of(self, conversation: Conversation) -> tuple[int, ...]:
        """The header under which a conversation is trained."""
        key = "group" if conversation.kind is ChatKind.GROUP else "contact"
        return self.header(conversation.person, **{key: conversation.chat})

    def render(self, conversation: Conversation) -> Rendered:
        """A conversation with its header, every turn of the person that is to be learned marked as such."""
        group = conversation.kind is ChatKind.GROUP
        return Rendered(self.header_of(conversation), self.pieces(conversation.turns, group=group))

    def pieces(self, turns: Sequence[Turn], *, group: bool) -> tuple[Piece, ...]:
        """The tokens of each turn. `group` puts the name of the speaker before a contact's turn."""
        texts: list[str] = []
        for turn in turns:
            if group and not turn.mine:
                texts.append(f"{turn.name}:")
            texts.extend(turn.bubbles)
        encoded = iter(self._encode(texts))
        return tuple(self._piece(turn, group, encoded) for turn in turns)

    def prompt(self, header: Sequence[int], turns: Sequence[Turn], *, group: bool) -> list[int]:
        """What a model is given so that it writes the person's next turn: exactly what stands before it in training."""
        return [*header, *(token for piece in self.pieces(turns, group=group) for token in piece.ids), self.mine_id]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of one bubble from its ids; bytes that form no character become U+FFFD."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False)).removeprefix(" ")

    @cached_property
    def visible(self) -> tuple[int, ...]:
        """The ids that show something when they stand alone: no markers, no blanks, no parts of a character."""
        return tuple(token for token in range(self.size) if token not in self.specials and shows(self.decode([token])))

    def _piece(self, turn: Turn, group: bool, encoded: Iterator[list[int]]) -> Piece:
        ids = [self.mine_id if turn.mine else self.contact_id]
        kinds = [CONTEXT]
        text_kind, marker_kind = (TEXT, MARKER) if turn.learn else (CONTEXT, CONTEXT)
        if group and not turn.mine:
            ids += next(encoded)
            kinds += [CONTEXT] * (len(ids) - 1)
        for number, _ in enumerate(turn.bubbles):
            if number:
                ids.append(self.bubble_id)
                kinds.append(marker_kind)
            text = next(encoded)
            ids += text
            kinds += [text_kind] * len(text)
        if turn.mine:
            ids.append(self.stop_id)
            kinds.append(marker_kind)
        size = sum(len(bubble.encode()) for bubble in turn.bubbles) if turn.learn else 0
        return Piece(tuple(ids), tuple(kinds), size)

    def _encode(self, texts: list[str]) -> list[list[int]]:
        # The leading space makes a bubble's first word the same token as inside a sentence, which is how the base knows it.
        encoded = [encoding.ids for encoding in self._backend.encode_batch_fast([f" {text}" for text in texts], add_special_tokens=False)]
        for number, ids in enumerate(encoded):
            if not self.specials.isdisjoint(ids):  # a tokenizer that insists on its special tokens
                encoded[number] = self._encode_without_markers(texts[number])
        return encoded

    def _encode_without_markers(self, text: str) -> list[int]:
        for string in self._strings:
            text = text.replace(string, f"{string[:1]} {string[1:]}")
        ids = self._backend.encode(f" {text}", add_special_tokens=False).ids
        return [token for token in ids if token not in self.specials]


def shows(text: str) -> bool:
    """Whether anything of a text can be seen: not so for blanks, control characters and the U+FFFD of broken bytes."""
    return any(character.isprintable() and not character.isspace() and character != "\N{REPLACEMENT CHARACTER}" for character in text)
