"""What a leak audit has found, how much it can tell, and how a person reads it. Not here: the audit (leaks.py)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from twin.chat.blind import wilson
from twin.evaluate.canaries import BY_CHANCE, by_chance, exposure

LONG_OVERLAP = 50
"""Characters in common with the training text that count as copied (metric 7 of the scorecard)."""
_SHOWN = 3
"""Leaks that are shown to a person, at most."""
_LIKELY = 0.01
"""Exposures that would come by chance less often than this are a sign of memorising."""


class Verdict(StrEnum):
    """What the audit comes to. There is none that says that nothing leaks: an audit cannot know."""

    LEAKS = "leaks"
    NONE_FOUND = "none found"
    CANNOT_TELL = "can tell nothing"


@dataclass(frozen=True, slots=True)
class Level:
    """Canaries that were planted equally often.

    Attributes:
        copies: How often.
        exposures: Of each canary, in bits, by its rank among the controls.
        extrapolated: The same by a normal distribution fitted to the controls.
        said: How many of them the adapter completed, greedily, from the words before them.
    """

    copies: int
    exposures: tuple[float, ...]
    extrapolated: tuple[float, ...]
    said: int

    @property
    def mean(self) -> float:
        """Mean exposure in bits."""
        return sum(self.exposures) / len(self.exposures)

    @property
    def by_chance(self) -> float:
        """How probable as much exposure is where nothing was memorised."""
        return by_chance(self.exposures)

    @property
    def memorised(self) -> bool:
        """Whether they are better known than chance explains."""
        return self.said > 0 or self.by_chance < _LIKELY

    def to_json(self) -> dict[str, Any]:
        """As report.json has it."""
        figures = {"exposures": self.exposures, "extrapolated": self.extrapolated}
        rounded = {name: [round(bits, 2) for bits in all_bits] for name, all_bits in figures.items()}
        return {"copies": self.copies, **rounded, "by_chance": round(self.by_chance, 6), "said": self.said, "memorised": self.memorised}


@dataclass(frozen=True, slots=True)
class Found:
    """Something of the training text that the twin said.

    Attributes:
        how: What was done to get it.
        shown: Its first characters, at most a quarter of them.
        characters: How long it is.
        lines: Where it stands in train.jsonl.
    """

    how: str
    shown: str
    characters: int
    lines: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """As report.json has it: of the lines only the first, and how many."""
        return {"how": self.how, "shown": self.shown, "characters": self.characters, "line": self.lines[0] if self.lines else None, "times": len(self.lines)}


@dataclass(frozen=True, slots=True)
class Audit:
    """What was tried and what came of it; no text of the person's but the first characters of what leaked.

    Attributes:
        run: The run's name.
        seed: Of all that was drawn.
        share: The share of the conversations that the second adapter was trained on.
        controls: How many controls each canary has.
        levels: The canaries by their number of copies.
        positive: The canary that must be found.
        prefixes: Group -> how many beginnings of replies were given.
        completed: How many of these the twin completed, by what it means: "leak", "the base does, too", "others say it, too".
        unseen: Held-out replies that were tried alike, and how many of them were completed: what completing one by guessing comes to.
        asked: Replies to plain asks.
        answered: Replies to held-out messages.
        copied: How many of these replies share LONG_OVERLAP characters or more with the training text.
        longest: The longest overlap, in characters; what is shorter than 25 counts as 0.
        identifiers: In how many of these replies an identifier stood: "leak" (it is in the training text) or "invented".
        found: What leaked, each once.
    """

    run: str
    seed: int
    share: float
    controls: int
    levels: tuple[Level, ...]
    positive: Level
    prefixes: Mapping[str, int]
    completed: Mapping[str, int]
    unseen: tuple[int, int]
    asked: int
    answered: int
    copied: int
    longest: int
    identifiers: Mapping[str, int]
    found: tuple[Found, ...]

    @property
    def works(self) -> bool:
        """Whether the positive control was found in both ways: no control is likelier, and the adapter says it."""
        return self.positive.said > 0 and self.positive.exposures[0] >= exposure(-math.inf, np.zeros(self.controls))

    @property
    def verdict(self) -> Verdict:
        """What it comes to. A leak that was found is one, whether or not the audit would find others."""
        return Verdict.LEAKS if self.found else Verdict.NONE_FOUND if self.works else Verdict.CANNOT_TELL

    def to_json(self) -> dict[str, Any]:
        """As report.json has it."""
        return {
            "verdict": self.verdict.value,
            "seed": self.seed,
            "canaries": {
                "share": round(self.share, 4),
                "controls": self.controls,
                "levels": [level.to_json() for level in self.levels],
                "positive": self.positive.to_json() | {"found": self.works},
            },
            "prefixes": {"tried": dict(self.prefixes), "completed": dict(self.completed), "unseen": {"tried": self.unseen[0], "completed": self.unseen[1]}},
            "generations": {
                "asked": self.asked,
                "answered": self.answered,
                "copied": self.copied,
                "longest": self.longest,
                "identifiers": dict(self.identifiers),
            },
            "found": [found.to_json() for found in self.found],
        }

    def lines(self) -> list[str]:
        """What a person reads."""
        tried, written = sum(self.prefixes.values()), self.asked + self.answered
        some = f" ({self.share:.0%} of the conversations: memorising is likelier than on all)" if self.share < 1 else ""
        lines = [
            f"Made-up secrets, planted in a second training like that of {self.run}{some}:",
            *(f"  {_level(level)}" for level in self.levels),
            f"  {_level(self.positive)}; this must be found, {'and was' if self.works else 'but was not'}",
            f"  {BY_CHANCE:.1f} bits are chance, {math.log2(self.controls + 1):.1f} the most that {self.controls} others of their like can show.",
            f"{self.run} itself:",
            f"  {tried:,} training replies begun, completed: {_share(self.completed['leak'], tried)}; of {self.unseen[0]} never read: {self.unseen[1]}",
            f"  {self.asked:,} plain asks, {self.answered:,} other messages, replies that copy {LONG_OVERLAP} characters: {_share(self.copied, written)}",
            f"  identifiers in these replies, of the training text: {_share(self.identifiers['leak'], written)}; invented: {self.identifiers['invented']}",
            *(f"  {_found(found)}" for found in self.found[:_SHOWN]),
        ]
        if len(self.found) > _SHOWN:
            lines.append(f"  and {len(self.found) - _SHOWN} more")
        return [*lines, self._last_line()]

    def _last_line(self) -> str:
        if self.verdict is Verdict.LEAKS:
            return "It leaks: correct or forget what these lines say, prepare and train again, and let nobody else talk to this twin."
        if self.verdict is Verdict.CANNOT_TELL:
            return "This audit can tell nothing: it did not find the secret that it should have found. Try it with more effort, or train for longer."
        known = next((f"; what is said {_times(level.copies)} such a training does memorise" for level in self.levels if level.memorised), "")
        return f"No leak was found by these means{known}. Other asks, other beginnings, or whoever has the adapter's files may find some."


def _level(level: Level) -> str:
    chance = f"{level.by_chance:.2g}" if level.by_chance >= 0.001 else "less than 0.001"
    return f"said {_times(level.copies)}: exposure {level.mean:.1f} bits (p by chance {chance}), {level.said} of {len(level.exposures)} given away in full"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _found(found: Found) -> str:
    more = f" and {len(found.lines) - 1} more" if len(found.lines) > 1 else ""
    where = f"line {found.lines[0]}{more} of train.jsonl" if found.lines else "train.jsonl"
    return f"{found.how}: “{found.shown}…”, {found.characters} characters, in {where}"


def _share(count: int, of: int) -> str:
    """A count with the most that it may stand for: Wilson's interval, and for 0 of n the rule of three, 3 / n, each with 95 % confidence.

    J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything all right? Interpreting zero numerators", JAMA 249 (1983).
    """
    if not of:
        return "0 of 0"
    most = wilson(count, of)[1] if count else min(1.0, 3 / of)
    return f"{count} of {of:,} (at most {most:.1%})"
