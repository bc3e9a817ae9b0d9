"""A reply, token by token: sampling, the stop rule, what never comes, and bubbles as they grow.

Not here: what the prompt is made of (template.py), several replies at once (decoding.py), and who keeps the conversation (chat/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from twin.model.adapter import virtual_prefix
from twin.model.sampling import Sampling
from twin.model.template import Template, shows
from twin.privacy.rule import OPEN

_PATIENCE = 8
"""Tokens that a bubble may begin with before anything of it can be seen: a blank and the bytes of an emoji, not blanks forever."""
_LIKELIEST = 256
"""Tokens among which the nucleus is looked for first: sorting a whole vocabulary for each token takes longer than the rest of the drawing."""
_WORDS, _TIMES = 3, 3
"""A reply ends where three words in a row would come a third time: people hardly write so, loops do (scripts/tune_sampling.py counts both)."""
_WORD = re.compile(r"\w+")


class Draft:
    """A reply on its way.

    Never a marker, never a tag of something private, never an empty bubble, never a loop. Never an empty reply either, unless it is stopped
    before anything can be seen.

    Args:
        template: The template that the prompt was made with.
        sampling: How tokens are drawn.
        place: Where the scores will lie.

    Attributes:
        shown: The bubbles so far, as they are to be seen.
        done: Whether the reply has come to its end.
        whole: Whether it has ended by itself, not where it may have no more tokens.
    """

    def __init__(self, template: Template, sampling: Sampling, place: torch.device) -> None:
        self.shown: tuple[str, ...] = ()
        self._left = sampling.max_tokens
        self.done, self.whole = self._left <= 0, False
        self._template, self._sampling = template, sampling
        self._generator = torch.Generator(device=place)
        if sampling.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(sampling.seed)
        self._never = torch.tensor(sorted(template.specials - {template.bubble_id, template.stop_id}), device=place)
        self._said: set[int] = set()
        self._bubble: list[int] = []
        self._text = ""
        self._before: tuple[str, ...] = ()
        self._words: list[str] = []

    def draw(self, scores: Tensor) -> int:
        """The next token.

        Args:
            scores: (vocabulary,) float32, what the model gives each token after all before; may be changed.
        """
        scores = self._allowed(scores)
        if self._said and self._sampling.repetition_penalty != 1:
            repeated = torch.tensor(list(self._said), device=scores.device)
            chosen = scores[repeated]
            scores[repeated] = torch.where(chosen > 0, chosen / self._sampling.repetition_penalty, chosen * self._sampling.repetition_penalty)
        ends = (self._template.bubble_id, self._template.stop_id)
        token, text = self._pick(scores), ""
        while token not in ends and OPEN in (text := self._template.decode([*self._bubble, token])):  # a tag, in whichever tokens it is spelled
            scores[token] = -torch.inf
            token = self._pick(scores)
        if token not in ends and self._circles(text):
            token = self._template.stop_id
        self._left -= 1
        self.whole = token == self._template.stop_id
        self.done = self.whole or self._left <= 0
        if token == self._template.bubble_id:
            self._before = self.shown
            self._words += _WORD.findall(self._text.lower())
            self._bubble, self._text = [], ""
        elif token != self._template.stop_id:
            self._bubble.append(token)
            self._said.add(token)
            self._text = text
            # bytes that form no character, or none yet, show as U+FFFD: the twin never says that
            seen = text.replace("\N{REPLACEMENT CHARACTER}", "").strip()
            self.shown = (*self._before, seen) if shows(seen) else self._before
        return token

    def _allowed(self, scores: Tensor) -> Tensor:
        """The scores with those of tokens that must not come at -inf."""
        scores[self._never] = -torch.inf
        scores[self._template.size :] = -torch.inf  # rows that pad the table
        if not shows(self._text):
            scores[[self._template.bubble_id, self._template.stop_id]] = -torch.inf  # nobody sends an empty bubble
            if len(self._bubble) >= _PATIENCE or (self._left == 1 and not self._before):
                visible = torch.tensor(self._template.visible, device=scores.device)
                return torch.full_like(scores, -torch.inf).index_copy_(0, visible, scores[visible])
        return scores

    def _circles(self, text: str) -> bool:
        """Whether the reply goes in circles if the bubble goes on as `text`."""
        words = self._words + _WORD.findall(text.lower())
        last = words[-_WORDS:]
        return len(last) == _WORDS and sum(words[place : place + _WORDS] == last for place in range(len(words) - _WORDS + 1)) >= _TIMES

    def _pick(self, scores: Tensor) -> int:
        if self._sampling.temperature == 0:
            return int(scores.argmax())
        chances = (scores / self._sampling.temperature).softmax(-1)
        for count in (_LIKELIEST, len(chances)):
            top, order = chances.topk(min(count, len(chances)))
            mass = top.cumsum(-1)
            if mass[-1] >= self._sampling.top_p:
                break
        inside = int(((mass - top < self._sampling.top_p) & (top > 0)).sum())  # the first token is always inside
        point = torch.rand(1, generator=self._generator, device=scores.device) * mass[inside - 1]
        return int(order[torch.searchsorted(mass[:inside], point, right=True).clamp(max=inside - 1)])


@torch.inference_mode()
def generate(
    model: Any, template: Template, prompt: Sequence[int], sampling: Sampling, *, stopped: Callable[[], bool] = lambda: False
) -> Iterator[tuple[str, ...]]:
    """Yields the bubbles of one reply as they grow; the last value is the whole reply.

    Args:
        model: A causal LM in evaluation mode, with an adapter or without.
        template: The template that `prompt` was made with.
        prompt: Token ids that end with the person's marker.
        sampling: How tokens are drawn.
        stopped: Asked before every token; the reply ends there when it says True.
    """
    place = next(model.parameters()).device
    draft = Draft(template, sampling, place)
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model  # peft would put virtual tokens before each call
    fed, cache = list(prompt), virtual_prefix(model, 1)
    while not draft.done and not stopped():
        output = causal(input_ids=torch.tensor([fed], device=place), past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache, before = output.past_key_values, draft.shown
        fed = [draft.draw(output.logits[0, -1].float())]
        if draft.shown != before:
            yield draft.shown
    yield draft.shown
