"""How the next token is drawn: the settings alone, so that a page can be shown before PyTorch is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn.

    Attributes:
        temperature: 0 takes the likeliest token.
        top_p: Nucleus: the likeliest tokens that together have this probability.
        repetition_penalty: Divides positive scores (multiplies negative ones) of tokens already in this reply (CTRL, arXiv 1909.05858).
        max_tokens: Longest reply, markers included.
        seed: Of the draws; None for a fresh one each time.
    """

    temperature: float = 0.7
    top_p: float = 0.9
    repetition_penalty: float = 1.1
    max_tokens: int = 160
    seed: int | None = None
