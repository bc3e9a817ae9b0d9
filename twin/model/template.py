"""Text <-> tokens: the one template through which training, scoring and chat all render a conversation.

    >>INTRODUCTION<< header
    >>QUESTION<< a contact's bubble >>COMMENT<< their next bubble
    >>ANSWER<< the person's bubble >>COMMENT<< the next <|endoftext|>

or, for a base that has learned a chat template, the same with the tokens of that one around each turn. In a group a contact's
turn begins with their name and a colon; in a personal chat the header already says who it is. Each piece of text is encoded on
its own, so its ids do not depend on what stands around it: that is what makes a chat prompt exactly the prefix of the training
ids. Markers written inside a message or a name are encoded as ordinary text and never become marker tokens; a name is one line
without a colon.

Not here: which markers a tokenizer has (markers.py), cutting conversations to a length (packing.py), choosing the next token
(generate.py).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from twin.model.markers import BUBBLE, Markers, Part, own_markers, prepend_nothing
from twin.prompts import fill, one_line
from twin.schema import ChatKind, Conversation, Turn

_BYTE = re.compile("<0x[0-9A-F]{2}>")
"""A byte in SentencePiece's kind of tokenizer, which decodes all bytes that stand together or none: a letter's after half a character is lost."""

CONTEXT, TEXT, MARKER = 0, 1, 2
"""What a token is for the loss: read only; text of a reply to learn; bubble or stop marker of such a reply."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The tokens of one turn, with what opens and closes it.

    Attributes:
        ids: Token ids.
        kinds: For each token CONTEXT, TEXT or MARKER; the loss is taken where it is not CONTEXT.
        size: UTF-8 bytes of the text to be learned, 0 for context.
        first: The same turn as it stands right after the header, where that is different.
    """

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    size: int = 0
    first: Piece | None = None


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
        tokenizer: A fast tokenizer of transformers that has the markers as single tokens (`base.load_template` sees to it).
        markers: What stands around the texts; None for twin's own markers.
        added: The ids of markers that the base model has never seen, because they were added to its tokenizer.

    Attributes:
        own: Whether the markers are twin's own.
        specials: The ids that are no text: the markers and every other special token.
        size: One more than the highest id.

    Raises:
        ModelError: The tokenizer lacks one of twin's own markers.
    """

    def __init__(self, tokenizer: Any, markers: Markers | None = None, added: Sequence[int] = ()) -> None:
        self.tokenizer = tokenizer
        self.own = markers is None
        self.markers = markers or own_markers(tokenizer)
        self.added = list(added)
        # A copy, settled once: the flag below is the tokenizer's and not the call's, and two threads would switch it for each other.
        self._backend = copy.deepcopy(tokenizer.backend_tokenizer)
        self._backend.encode_special_tokens = True  # a marker inside a text is text
        self._backend.no_truncation()
        self._backend.no_padding()
        prepend_nothing(self._backend)
        vocabulary = tokenizer.get_vocab()
        self.bubble_id: int = vocabulary[BUBBLE]
        self.stop_id = self.markers.mine.closing[0]
        special = {number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
        special |= {vocabulary[token] for token in tokenizer.all_special_tokens}
        self.specials = self.markers.reserved | special | {self.bubble_id}
        self.size = max(vocabulary.values()) + 1
        self._strings = tuple(tokenizer.convert_ids_to_tokens(sorted(self.specials)))

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
        names = {key: name and one_line(name) for key, name in (("person", person), ("contact", contact), ("group", group))}
        text = fill("header", **names, date=date, memories=memories)
        around = self.markers.header
        return (*around.opening, *self._encode([around.lead + text])[0], *around.closing)

    def header_of(self, conversation: Conversation) -> tuple[int, ...]:
        """The header under which a conversation is trained."""
        key = "group" if conversation.kind is ChatKind.GROUP else "contact"
        return self.header(conversation.person, **{key: conversation.chat})

    def render(self, conversation: Conversation) -> Rendered:
        """A conversation with its header, every turn of the person that is to be learned marked as such."""
        group = conversation.kind is ChatKind.GROUP
        return Rendered(self.header_of(conversation), self.pieces(conversation.turns, group=group))

    def pieces(self, turns: Sequence[Turn], *, group: bool) -> tuple[Piece, ...]:
        """The tokens of each turn, the first as it follows the header. `group` puts the name of the speaker before a contact's turn."""
        first = self._pieces(turns, self.markers.first_contact, self.markers.first_mine, group)
        if self.markers.first_contact == self.markers.contact:
            return first
        later = self._pieces(turns, self.markers.contact, self.markers.mine, group)
        return (*first[:1], *(replace(piece, first=other) for piece, other in zip(later[1:], first[1:], strict=True)))

    def prompt(self, header: Sequence[int], turns: Sequence[Turn], *, group: bool) -> list[int]:
        """What a model is given so that it writes the person's next turn: exactly what stands before it in training."""
        mine = self.markers.mine if turns else self.markers.first_mine
        return [*header, *(token for piece in self.pieces(turns, group=group) for token in piece.ids), *mine.opening]

    def text(self, text: str) -> list[int]:
        """The ids of a text that is no conversation, after the token that begins one in the base's pre-training."""
        first = self.tokenizer.bos_token_id
        return [self.stop_id if first is None else first, *self._encode([text])[0]]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of one bubble of the person's from its ids; bytes that form no character become U+FFFD."""
        # behind a marker, because some tokenizers drop a space that comes first
        text = self.tokenizer.decode([self.bubble_id, *ids], skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return str(text).removeprefix(BUBBLE).removeprefix(self.markers.mine.lead)

    @cached_property
    def visible(self) -> tuple[int, ...]:
        """The ids that show something when they stand alone: no markers, no blanks, no parts of a character."""
        strings = self.tokenizer.convert_ids_to_tokens(range(self.size))
        whole = (token for token, string in enumerate(strings) if token not in self.specials and string is not None and not _BYTE.fullmatch(string))
        return tuple(token for token in whole if shows(self.decode([token])))

    def _pieces(self, turns: Sequence[Turn], contact: Part, mine: Part, group: bool) -> tuple[Piece, ...]:
        """The tokens of each turn between what stands around a contact's and around the person's."""
        texts: list[str] = []
        for turn in turns:
            lead = mine.lead if turn.mine else contact.lead
            bubbles = [f"{lead}{bubble}" for bubble in turn.bubbles]
            if group and not turn.mine:
                texts.append(f"{lead}{one_line(turn.name)}:")
                bubbles[:1] = [f" {bubble}" for bubble in turn.bubbles[:1]]
            texts.extend(bubbles)
        encoded = iter(self._encode(texts))
        return tuple(self._piece(turn, mine if turn.mine else contact, group, encoded) for turn in turns)

    def _piece(self, turn: Turn, around: Part, group: bool, encoded: Iterator[list[int]]) -> Piece:
        ids = list(around.opening)
        if group and not turn.mine:
            ids += next(encoded)
        kinds = [CONTEXT] * len(ids)
        text_kind, marker_kind = (TEXT, MARKER) if turn.learn else (CONTEXT, CONTEXT)
        for number, _ in enumerate(turn.bubbles):
            if number:
                ids.append(self.bubble_id)
                kinds.append(marker_kind)
            text = next(encoded)
            ids += text
            kinds += [text_kind] * len(text)
        ids += around.closing
        kinds += [marker_kind, *[CONTEXT] * len(around.closing)][: len(around.closing)]
        size = sum(len(bubble.encode()) for bubble in turn.bubbles) if turn.learn else 0
        return Piece(tuple(ids), tuple(kinds), size)

    def _encode(self, texts: list[str]) -> list[list[int]]:
        encoded = [encoding.ids for encoding in self._backend.encode_batch_fast(texts, add_special_tokens=False)]
        for number, ids in enumerate(encoded):
            if not self.specials.isdisjoint(ids):  # a tokenizer that insists on its special tokens
                encoded[number] = self._encode_without_markers(texts[number])
        return encoded

    def _encode_without_markers(self, text: str) -> list[int]:
        for string in self._strings:
            text = text.replace(string, f"{string[:1]} {string[1:]}")
        return [token for token in self._backend.encode(text, add_special_tokens=False).ids if token not in self.specials]


def shows(text: str) -> bool:
    """Whether anything of a text can be seen: not so for blanks, control characters and the U+FFFD of broken bytes."""
    return any(character.isprintable() and not character.isspace() and character != "\N{REPLACEMENT CHARACTER}" for character in text)
