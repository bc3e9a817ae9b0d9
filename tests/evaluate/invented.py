"""An invented scorecard with realistic figures, and a training that goes with it."""

import json
import math
from functools import cache
from typing import Any

import numpy as np

from twin.evaluate.intervals import difference, ratio
from twin.evaluate.report import Example
from twin.schema import Turn

CONVERSATIONS = 60


def scorecard(*, seed: int = 1, worse: float = 0.0, run: str = "run-1", first: int = 0, conversations: int = CONVERSATIONS) -> dict[str, Any]:
    """What `_made` makes, each time anew."""
    report: dict[str, Any] = json.loads(_made(seed, worse, first, conversations))
    return report | {"run": run}


@cache
def _made(seed: int, worse: float, first: int, conversations: int) -> str:
    """A report.json of a twin whose bits per byte are `worse` higher than they would be. `seed` is that of the replies, not of the messages.

    Conversations have their own difficulty, the same for all rows and seeds; what a seed changes is small beside that.
    """
    messages, replies, chosen = np.random.default_rng(100), np.random.default_rng(seed), slice(first, first + conversations)
    sizes = messages.integers(40, 900, 200)[chosen].astype(float)
    hard = messages.normal(0, 0.25, 200)[chosen]
    tries = messages.integers(1, 5, 200)[chosen]
    levels = {"base": 2.52, "few_shot": 2.31, "twin": 1.97 + worse, "another": 2.35}
    bits = {row: (sizes * (level + hard + replies.normal(0, 0.05, conversations)), sizes) for row, level in levels.items()}
    choice = {row: (replies.binomial(tries, share), tries) for row, share in {"base": 0.36, "twin": 0.58 - worse / 3, "another": 0.4}.items()}
    chrf = {
        row: (tries * np.maximum(0, share + hard * 5 + replies.normal(0, 3, conversations)) / 100, tries)
        for row, share in {"another": 11.0, "base": 9.0, "few_shot": 11.5, "retrieval": 13.4, "twin": 14.1 - worse * 4, "person": 15.8}.items()
    }
    copied = {
        row: (replies.binomial(tries, share), tries) for row, share in {"base": 0.0, "few_shot": 0.01, "retrieval": 0.4, "twin": 0.04, "person": 0.03}.items()
    }
    of_conversations = {"bits_per_byte": bits, "choice": choice, "chrf": chrf, "copied": copied}
    metrics = {name: {row: ratio(*both, seed=1).to_json() for row, both in rows.items()} for name, rows in of_conversations.items()}

    def bags(figures: dict[str, float], spread: float, n: int = 40) -> dict[str, Any]:
        return {
            row: {"value": round(middle, 4), "low": round(middle - 2 * spread, 4), "high": round(min(1.0, middle + 2 * spread), 4), "n": n}
            for row, middle in ((row, figure + replies.normal(0, spread / 4)) for row, figure in figures.items())
        }

    metrics["auc_characters"] = bags({"another": 0.97, "base": 0.99, "few_shot": 0.93, "retrieval": 0.53, "twin": 0.66 + worse / 3, "person": 0.5}, 0.03)
    metrics["auc_style"] = bags({"another": 0.9, "base": 0.98, "few_shot": 0.88, "retrieval": 0.52, "twin": 0.63 + worse / 3, "person": 0.51}, 0.03)
    metrics["style"] = bags({"another": 0.2, "base": 0.1, "few_shot": 0.3, "retrieval": 0.9, "twin": 0.75 - worse / 3, "person": 0.95}, 0.05, 20)
    metrics["similarity"] = bags({"another": 0.05, "base": 0.06, "few_shot": 0.075, "retrieval": 0.11, "twin": 0.105 - worse / 20, "person": 0.14}, 0.01, 96)
    metrics["distinct_1"] = bags({"another": 0.36, "base": 0.24, "few_shot": 0.3, "retrieval": 0.33, "twin": 0.27, "person": 0.34}, 0.01)
    metrics["distinct_2"] = bags({"another": 0.78, "base": 0.6, "few_shot": 0.7, "retrieval": 0.74, "twin": 0.64, "person": 0.76}, 0.02)
    differences = {
        f"twin-{row}": difference(bits["twin"][0], both[0], bits["twin"][1], both[1], seed=1).to_json() for row, both in bits.items() if row != "twin"
    }

    def share(name: str) -> float:
        floor, twin, ceiling = (metrics[name][row]["value"] for row in ("another", "twin", "person"))
        return round((twin - floor) / (ceiling - floor), 4)

    report = {
        "version": 1,
        "dataset": "3f1c0a9e7b24d85512aa",
        "seed": 1,
        "full": False,
        "base": "embedded",
        "sizes": {"conversations": conversations, "exchanges": int(tries.sum())},
        "metrics": metrics,
        "differences": {"bits_per_byte": differences},
        "headline": {name: share(name) for name in ("auc_characters", "auc_style", "style", "chrf", "similarity")},
        "left_out": {"attribution": "fewer than ten people with 200 messages each: 4", "distinct_3": "fewer than 1,000 words"},
        "conversations": {name: {row: [part.tolist(), whole.tolist()] for row, (part, whole) in rows.items()} for name, rows in of_conversations.items()},
        "keys": [f"{2000 + number % 3}:2024{number:04}" for number in range(first, first + conversations)],
        "features": FEATURES,
        "general": GENERAL,
        "leaks": LEAKS,
    }
    return json.dumps(report)


FEATURES: dict[str, Any] = {
    "characters": {"person": 21.0, "low": 18.2, "high": 24.1, "twin": 19.5, "base": 55.0, "inside": True},
    "bubbles": {"person": 2.1, "low": 1.9, "high": 2.4, "twin": 1.4, "base": 1.0, "inside": False},
    "emoji": {"person": 0.12, "low": 0.08, "high": 0.15, "twin": 0.09, "base": 0.3, "inside": True},
    "lower_case": {"person": 0.91, "low": 0.88, "high": 0.94, "twin": 0.93, "base": 0.1, "inside": True},
    "final_full_stop": {"person": 0.02, "low": 0.01, "high": 0.04, "twin": 0.03, "base": 0.77, "inside": True},
    "laughter": {"person": 0.08, "low": 0.06, "high": 0.11, "twin": 0.02, "base": 0.0, "inside": False},
    "question_marks": {"person": 0.17, "low": 0.14, "high": 0.2, "twin": 0.16, "base": 0.25, "inside": True},
    "latin_letters": {"person": 0.04, "low": 0.03, "high": 0.05, "twin": 0.045, "base": 0.02, "inside": True},
}

GENERAL = {
    "before": {"value": 1.021, "low": 0.97, "high": 1.08, "n": 40},
    "after": {"value": 1.083, "low": 1.03, "high": 1.14, "n": 40},
    "change": {"value": 0.062, "low": 0.041, "high": 0.085, "n": 40},
}
LEAKS: dict[str, Any] = {
    "verdict": "none found",
    "canaries": {
        "levels": [{"copies": count, "exposures": [0.4, 1.2, 2.1], "said": 0, "memorised": False} for count in (1, 4, 16)],
        "positive": {"copies": 200, "exposures": [7.7], "said": 1, "memorised": True, "found": True},
    },
    "prefixes": {"tried": {"random": 300, "rare": 100}, "completed": {"leak": 0, "others say it, too": 3}, "unseen": {"tried": 96, "completed": 0}},
    "generations": {"asked": 5000, "answered": 5000, "copied": 3, "longest": 61, "identifiers": {"leak": 0, "invented": 2}},
    "found": [{"how": "asked", "shown": "the first words", "characters": 80, "line": 3, "times": 1}],
}


def training(*, steps: int = 300, epoch: int = 60, best: int | None = None, falls: float = 0.3) -> list[dict[str, Any]]:
    """The lines of a metrics.jsonl whose validation loss falls to the end, or rises from the step `best` on."""
    noise = np.random.default_rng(3)
    lines = []
    for step in range(1, steps + 1):
        line: dict[str, Any] = {
            "step": step,
            "loss": 2.4 + 1.4 * math.exp(-step / 50) - 0.0012 * step + float(noise.normal(0, 0.05)),
            "steps": steps,
            "tokens": 900,
        }
        if step % epoch == 0 or step == steps:
            loss = 2.5 + 0.9 * math.exp(-step / 70) - falls * step / steps
            line["validation_loss"] = loss if best is None or step <= best else 2.5 + 0.9 * math.exp(-best / 70) - falls * best / steps + 0.002 * (step - best)
        lines.append(line)
    return lines


DATASET = {
    "targets": 1830,
    "chats": [{"id": 2000, "name": "Anna", "targets": 900}, {"id": 2001, "name": "Boris", "targets": 800}, {"id": 2002, "name": "Clara", "targets": 130}],
}
HOSTILE = "<script>alert(1)</script> \"q\" 'a' &amp; </p></style> \u202ereversed\u2066 שלום מה נשמע " + "x" * 400
EXAMPLES = [
    Example(
        (Turn("Anna", False, ("are you coming tonight?", "we start at eight"), False),),
        "Anna",
        ("yep", "bringing the cake 🎂"),
        ("yes!", "what should i bring"),
    ),
    Example(
        (
            Turn("Anna", False, ("did you see the new station",), False),
            Turn("Mira", True, ("not yet",), True),
            Turn("Anna", False, ("it's huge", "like an airport"), False),
            Turn("Mira", True, ("haha as if we needed that",), True),
            Turn("Anna", False, ("the old one was nicer, honestly, I could sit there for hours with a coffee and watch the trains",), False),
        ),
        "Anna",
        ("true", "i miss the clock"),
        ("the old one had the better coffee",),
    ),
    Example((Turn("Борис", False, ("ты где?",), False),), "Работа", ("еду", "минут 10 ещё"), ("уже выхожу",)),
]
