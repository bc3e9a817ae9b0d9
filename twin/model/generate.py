"""The next reply, token by token: sampling, the stop rule, and bubbles as they grow.

Not here: what the prompt is made of (template.py) and who keeps the conversation (chat/).
"""

from __future__ import annotations

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


@torch.inference_mode()
def generate(
    model: Any, template: Template, prompt: Sequence[int], sampling: Sampling, *, stopped: Callable[[], bool] = lambda: False
) -> Iterator[tuple[str, ...]]:
    """Yields the bubbles of a reply as they grow; the last value is the whole reply.

    Never a marker, never a tag of something private, never an empty bubble. Never an empty reply either, unless it was stopped before anything could be seen.

    Args:
        model: A causal LM in evaluation mode, with an adapter or without.
        template: The template that `prompt` was made with.
        prompt: Token ids that end with the person's marker.
        sampling: How tokens are drawn.
        stopped: Asked before every token; the reply ends there when it says True.
    """
    place = next(model.parameters()).device
    generator = torch.Generator(device=place)
    if sampling.seed is None:
        generator.seed()
    else:
        generator.manual_seed(sampling.seed)
    bubbles: list[list[int]] = [[]]
    shown: tuple[str, ...] = ()
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model  # peft would put virtual tokens before each call
    fed, cache = torch.tensor([list(prompt)], device=place), virtual_prefix(model, 1)
    for left in range(sampling.max_tokens, 0, -1):
        if stopped():
            break
        output = causal(input_ids=fed, past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache = output.past_key_values
        scores = _allowed(output.logits[0, -1].float(), template, bubbles, left)
        said = [token for bubble in bubbles for token in bubble]
        token = _draw(scores, said, sampling, generator)
        while OPEN in template.decode([*bubbles[-1], token]):  # a tag, in whichever tokens it is spelled
            scores[token] = -torch.inf
            token = _draw(scores, said, sampling, generator)
        if token == template.stop_id:
            break
        if token == template.bubble_id:
            bubbles.append([])
        else:
            bubbles[-1].append(token)
            before, shown = shown, _texts(template, bubbles)
            if shown != before:
                yield shown
        fed = torch.tensor([[token]], device=place)
    yield shown


def _allowed(scores: Tensor, template: Template, bubbles: Sequence[Sequence[int]], left: int) -> Tensor:
    """The scores of the next token with those that must not come at -inf. `left` is how many tokens the reply may still have."""
    scores[sorted(template.specials - {template.bubble_id, template.stop_id})] = -torch.inf
    scores[template.size :] = -torch.inf  # rows that pad the table
    if not shows(template.decode(bubbles[-1])):
        scores[[template.bubble_id, template.stop_id]] = -torch.inf  # nobody sends an empty bubble
        if len(bubbles[-1]) >= _PATIENCE or (left == 1 and len(bubbles) == 1):
            seen = scores[list(template.visible)]
            scores = torch.full_like(scores, -torch.inf)
            scores[list(template.visible)] = seen
    return scores


def _draw(scores: Tensor, said: Sequence[int], sampling: Sampling, generator: torch.Generator) -> int:
    if said and sampling.repetition_penalty != 1:
        repeated = torch.tensor(sorted(set(said)), device=scores.device)
        chosen = scores[repeated]
        scores = scores.clone()
        scores[repeated] = torch.where(chosen > 0, chosen / sampling.repetition_penalty, chosen * sampling.repetition_penalty)
    if sampling.temperature == 0:
        return int(scores.argmax())
    chances, order = (scores / sampling.temperature).softmax(-1).sort(descending=True)
    outside = chances.cumsum(-1) - chances >= sampling.top_p  # the first token is always inside
    return int(order[torch.multinomial(chances.masked_fill(outside, 0), 1, generator=generator)])


def _texts(template: Template, bubbles: Sequence[Sequence[int]]) -> tuple[str, ...]:
    # bytes that form no character, or none yet, show as U+FFFD: the twin never says that
    texts = [template.decode(bubble).replace("\N{REPLACEMENT CHARACTER}", "").strip() for bubble in bubbles]
    return tuple(text for text in texts if shows(text))
