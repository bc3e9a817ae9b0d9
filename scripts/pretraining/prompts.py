"""Forty everyday messages, the first of a conversation, and what a base answers: the appendix of the model card.

The messages were fixed before any base was trained, and none is a turn of the conversations written for it. Whether an answer is
sensible is a reader's to say; what can be counted is counted here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.model.generate import generate
from twin.model.sampling import Sampling
from twin.model.template import Template
from twin.schema import Turn

PROMPTS = Path(__file__).with_name("prompts.txt")
GREEDY = Sampling(temperature=0, repetition_penalty=1.0, max_tokens=80)
SAMPLED = Sampling(max_tokens=80, seed=1)
NAMES = {True: ("Саша", "Таня"), False: ("Sam", "Kate")}


@dataclass(frozen=True)
class Answer:
    """What a base said to a prompt; `stopped` if by itself."""

    prompt: str
    bubbles: tuple[str, ...]
    stopped: bool

    @property
    def text(self) -> str:
        """The bubbles on one line."""
        return " / ".join(self.bubbles)

    @property
    def loops(self) -> bool:
        """Whether it goes round: three words that come three times, or a reply without an end."""
        words = self.text.lower().split()
        runs = Counter(zip(words, words[1:], words[2:], strict=False))
        return not self.stopped or max(runs.values(), default=0) > 2


def answers(model: Any, template: Template, sampling: Sampling) -> list[Answer]:
    """One answer to each prompt, in their order."""
    found = []
    for prompt in PROMPTS.read_text(encoding="utf-8").splitlines():
        person, contact = NAMES[any("а" <= letter <= "я" for letter in prompt.lower())]
        ids = template.prompt(template.header(person, contact=contact), [Turn(contact, False, (prompt,), False)], group=False)
        *_, bubbles = generate(model, template, ids, sampling)
        length = sum(len(template.text(f" {bubble}")) + 1 for bubble in bubbles)
        found.append(Answer(prompt, bubbles, stopped=length < sampling.max_tokens - 2))
    return found


def appendix(model: Any, template: Template) -> str:
    """All of them as a table, and the counts."""
    greedy, sampled = answers(model, template, GREEDY), answers(model, template, SAMPLED)
    lines = [f"| {one.prompt} | {one.text} | {other.text} |" for one, other in zip(greedy, sampled, strict=True)]
    counts = [
        f"{name}: {sum(one.loops for one in found)} loop, {sum(not one.bubbles for one in found)} are empty"
        for name, found in (("greedy", greedy), ("sampled", sampled))
    ]
    return "\n".join(
        [
            f"Of {len(greedy)} replies {'; '.join(counts)}.",
            "",
            "| message | greedy, without a repetition penalty | sampled as twin does |",
            "|---|---|---|",
            *lines,
        ]
    )
