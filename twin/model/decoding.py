"""What a model has read of conversations, kept from turn to turn, and several of them read on in one call.

The keys and values of each conversation lie apart. A call takes the next tokens of several as one packed row, so that the weights are read
once for all of them: what decoding costs. Not here: which token comes next (generate.py), whose turn it is (chat/scheduler.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

from twin.model.adapter import virtual_prefix
from twin.model.attention import Apart, attend_after, hidden_after, is_fused

KEPT_BYTES = 2**28
"""Keys and values of conversations that nobody is answering, at most: they are 2 x layers x key/value heads x width x bytes of a number for
each token, so that this is 87,000 tokens of the embedded base, 32,000 of Falcon-7B in bfloat16, and 512 of a base of Llama-2's shape."""
_PIECE = 256
"""Tokens for which memory is asked at once: to copy all at each token, as transformers' cache does, costs as much as attending to them."""


class Past:
    """What a model has read of one conversation: its tokens, and their keys and values in every layer.

    Args:
        prefix: What stands before it (`virtual_prefix`).

    Attributes:
        ids: The tokens.
        virtual: How many virtual ones stand before them.
    """

    def __init__(self, prefix: Any = None) -> None:
        self.ids: list[int] = []
        self.virtual = 0
        self._layers: list[tuple[Tensor, Tensor]] = []
        if prefix is not None:
            for number, layer in enumerate(prefix.layers):
                self.add(number, layer.keys, layer.values)
            self.virtual = prefix.get_seq_length()

    def __len__(self) -> int:
        """Tokens, virtual ones among them."""
        return self.virtual + len(self.ids)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(part.nbytes for pair in self._layers for part in pair)

    def add(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Puts the keys and values of the next tokens, (1, heads, tokens, width), behind the others of a layer; returns all of them.

        The tokens count as read when they stand in `ids`: what fails before can be tried again.
        """
        start, end = len(self), len(self) + key.shape[2]
        if layer == len(self._layers):
            self._layers.append((_with_room(key[:, :, :0], end), _with_room(value[:, :, :0], end)))
        elif self._layers[layer][0].shape[2] < end:
            keys, values = self._layers[layer]
            self._layers[layer] = _with_room(keys[:, :, :start], end), _with_room(values[:, :, :start], end)
        keys, values = self._layers[layer]
        keys[:, :, start:end] = key
        values[:, :, start:end] = value
        return keys[:, :, :end], values[:, :, :end]

    def cut(self, count: int) -> None:
        """Forgets all but the first `count` tokens."""
        del self.ids[count:]

    def copy(self, count: int) -> Past:
        """The first `count` tokens again, to be read on in another way."""
        other = Past()
        other.virtual, other.ids = self.virtual, self.ids[:count]
        end = len(other)
        other._layers = [(_with_room(keys[:, :, :end], end), _with_room(values[:, :, :end], end)) for keys, values in self._layers]
        return other


class OwnPast:
    """The same in a model's own form, for one that cannot read several conversations together: alone, and never copied."""

    def __init__(self, prefix: Any = None) -> None:
        self.ids: list[int] = []
        self.cache = prefix
        self._virtual = 0 if prefix is None else prefix.get_seq_length()

    @property
    def size(self) -> int:
        """Bytes, as far as the model's form is one of keys and values."""
        layers = getattr(self.cache, "layers", [])
        return sum(part.nbytes for layer in layers for part in (layer.keys, layer.values) if part is not None)

    def cut(self, count: int) -> None:
        """Forgets all but the first `count` tokens, or all where the model's form cannot be cut."""
        if count < len(self.ids):
            if self.cache is not None and all(type(layer) is DynamicLayer for layer in self.cache.layers):
                self.cache.crop(self._virtual + count)
            else:
                self.cache, count = None, 0
            del self.ids[count:]

    def read(self, causal: Any, tokens: Sequence[int]) -> Tensor:
        """(1, vocabulary): what the model gives each token after these."""
        fed = [*self.ids, *tokens] if self.cache is None else list(tokens)  # some keep none
        cache, self.cache = self.cache, None
        before, self.ids = self.ids, []  # should it fail, there is nothing half read
        place = causal.get_input_embeddings().weight.device
        output = causal(input_ids=torch.tensor([fed], device=place), past_key_values=cache, use_cache=True, logits_to_keep=1)
        self.cache, self.ids = getattr(output, "past_key_values", None), [*before, *tokens]
        logits: Tensor = output.logits[:, -1]
        return logits.float()


class _Several(Cache, Apart):
    """The pasts of a packed row, for Falcon's fused attention (`attend`) and as transformers' models ask for them (`update`)."""

    def __init__(self, work: Sequence[tuple[Past, Sequence[int]]]) -> None:
        super().__init__(layers=[])
        self.pasts = [past for past, _ in work]
        self.counts = [len(tokens) for _, tokens in work]

    def attend(self, query: Tensor, key: Tensor, value: Tensor, layer: int) -> Tensor:
        if len(self.pasts) == 1:
            return attend_after(query, *self.pasts[0].add(layer, key.transpose(1, 2), value.transpose(1, 2)))
        parts = (part.split(self.counts, dim=1) for part in (query, key, value))
        mixed = [attend_after(q, *past.add(layer, k.transpose(1, 2), v.transpose(1, 2))) for past, q, k, v in zip(self.pasts, *parts, strict=True)]
        return torch.cat(mixed, dim=1)

    def update(self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        parts = (part.split(self.counts, dim=2) for part in (key_states, value_states))
        pairs = [past.add(layer_idx, key, value) for past, key, value in zip(self.pasts, *parts, strict=True)]
        return pairs[0] if len(pairs) == 1 else (torch.cat([keys for keys, _ in pairs], dim=2), torch.cat([values for _, values in pairs], dim=2))

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return sum(map(len, self.pasts))

    def mask(self, place: torch.device) -> Tensor:
        """(1, 1, tokens, all tokens) bool: each token of the row sees its own conversation up to itself."""
        parts = [
            torch.ones(count, len(past) + count, dtype=torch.bool, device=place).tril(len(past)) for past, count in zip(self.pasts, self.counts, strict=True)
        ]
        mask: Tensor = torch.block_diag(*parts)[None, None]
        return mask


def read_on(model: Any, work: Sequence[tuple[Past | OwnPast, Sequence[int]]]) -> Tensor:
    """Reads the next tokens of conversations.

    If it fails, nothing of it counts as read; an OwnPast then may have nothing any more, and several of them are read one after the other.

    Args:
        model: A causal LM in evaluation mode, with an adapter or without.
        work: Pasts that `new_past` made for this model, each with one token or more.

    Returns:
        (conversations, vocabulary) float32, what the model gives each token after the last of each.
    """
    causal = _causal(model)
    if len(work) > 1 and isinstance(work[0][0], OwnPast):
        return torch.cat([read_on(model, [one]) for one in work])
    if isinstance(past := work[0][0], OwnPast):
        return past.read(causal, work[0][1])
    several = _Several(work)  # type: ignore[arg-type]
    place = causal.get_input_embeddings().weight.device
    ids = torch.tensor([[token for _, tokens in work for token in tokens]], device=place)
    spans = (range(len(past), len(past) + count) for past, count in zip(several.pasts, several.counts, strict=True))
    positions = torch.tensor([[number for span in spans for number in span]], device=place)
    last = torch.tensor(several.counts, device=place).cumsum(0) - 1
    if _way(causal) == "segments":
        logits: Tensor = causal.lm_head(hidden_after(causal.base_model, ids, positions, several, last))[0]
    else:
        given = {"position_ids": positions, "past_key_values": several, "attention_mask": several.mask(place), "use_cache": True}
        logits = causal(input_ids=ids, logits_to_keep=last, **given).logits[0]
    for past, tokens in work:
        past.ids.extend(tokens)
    return logits.float()


def new_past(model: Any, *, longest: int) -> Past | OwnPast:
    """A conversation of which nothing was read yet, to be read by `model` as it is now, up to `longest` tokens."""
    return (OwnPast if _way(_causal(model), longest) == "apart" else Past)(virtual_prefix(model, 1))


def _way(causal: Any, longest: int = 0) -> str:
    """How a model reads several conversations: "segments", by a "mask", or "apart"; found once by trying, and kept on it."""
    if "_twin_reading_way" not in causal.__dict__:
        config = causal.config.get_text_config()
        window = getattr(config, "sliding_window", None) or getattr(config, "attention_chunk_size", None) or longest
        causal._twin_reading_way = "segments" if is_fused(causal) else "mask" if window >= longest and _is_exact(causal) else "apart"
    way: str = causal._twin_reading_way
    return way


@torch.inference_mode()
def _is_exact(causal: Any) -> bool:
    """Whether conversations that are read together, in two steps, get the scores that the model gives each alone."""
    size = causal.config.get_text_config().vocab_size
    talks = [[(number * 97 + place * 31) % min(size, 997) for place in range(count)] for number, count in ((1, 9), (2, 14))]
    place = causal.get_input_embeddings().weight.device
    pasts = [Past(), Past()]
    causal._twin_reading_way = "mask"
    try:
        read_on(causal, [(past, talk[:7]) for past, talk in zip(pasts, talks, strict=True)])
        found = read_on(causal, [(past, talk[7:]) for past, talk in zip(pasts, talks, strict=True)])
    except torch.OutOfMemoryError:
        raise
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError):  # the model does not take its rows this way
        return False
    finally:
        del causal._twin_reading_way
    alone = torch.cat([causal(input_ids=torch.tensor([talk], device=place), use_cache=False).logits[:, -1].float() for talk in talks])
    off = (found - alone).abs().mean() / alone.std()  # other kernels round otherwise
    return bool(off <= (1e-4 if causal.dtype == torch.float32 else 0.05))


def _causal(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _with_room(part: Tensor, tokens: int) -> Tensor:
    """(1, heads, room, width) with the same tokens first, and room for `tokens` or more."""
    room = part.new_empty(1, part.shape[1], -(-tokens // _PIECE) * _PIECE, part.shape[3])
    room[:, :, : part.shape[2]] = part
    return room


class Kept:
    """Pasts of conversations that nobody is answering now, the latest used last; the first of them go where there are too many bytes.

    Args:
        most: Bytes, at most.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._pasts: list[tuple[str, Past | OwnPast]] = []

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(past.size for _, past in self._pasts)

    def take(self, voice: str, ids: Sequence[int], busy: Iterable[Past | OwnPast], new: Callable[[], Past | OwnPast]) -> Past | OwnPast:
        """The past that goes furthest along with a prompt, cut to what they share, or `new()`; at least one token is left to be read.

        One that would lose more than it keeps goes on lying here, and so does one that somebody is answering: its beginning is copied.

        Args:
            voice: Who answers; only what the same voice has read counts.
            ids: The prompt.
            busy: What is being answered, by the same voice.
            new: Makes one that has read nothing.
        """
        idle = [past for name, past in self._pasts if name == voice]
        found = max((*idle, *busy), key=lambda past: _shared(past.ids, ids), default=None)
        shared = min(_shared(found.ids, ids), len(ids) - 1) if found else 0
        if found is None or not shared:
            return new()
        if found in idle and (len(found.ids) <= 2 * shared or isinstance(found, OwnPast)):
            self._pasts = [kept for kept in self._pasts if kept[1] is not found]
            found.cut(shared)
            return found
        return found.copy(shared) if isinstance(found, Past) else new()

    def put(self, voice: str, past: Past | OwnPast) -> None:
        """Keeps a past, as long as there is room."""
        self._pasts.append((voice, past))
        while self._pasts and self.size > self._most:
            del self._pasts[0]

    def clear(self) -> None:
        """Lets go of all."""
        self._pasts.clear()


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
