"""How replies are best drawn: temperature, nucleus and repetition penalty, compared on a run's validation split.

    python scripts/tune_sampling.py --workspace DIR [--run NAME] [--replies 200]

Replies are drawn to messages of the validation split, in their conversations, with each setting, and compared with the person's own replies to the
same messages, as two heaps: whether one reply is good is not asked. Four distances: of the replies' lengths in characters and of how many bubbles
they have (the earth mover's, Wasserstein-1), of how varied they are (distinct bigrams of words among as many, absolute), and of what they are
made of (Jensen-Shannon divergence of characters in threes). Each is taken between half of the person's replies and the draws for the other
half, and given in terms of the same distance between those two halves of the person's own, on average: 1 is as far as the person is from
themselves. The table is ordered by the geometric mean of the four, the best first.
Circles are counted, too: replies in which three words in a row come three times, and the person's own such replies.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from twin.chat.engine import Engine
from twin.chat.people import Contact
from twin.dataset import read_split
from twin.model import generate
from twin.model.sampling import Sampling
from twin.schema import Turn
from twin.workspace import find_workspace

Reply = tuple[str, ...]
HALVES = 20
"""Times that the messages are parted by chance."""


def earth_mover(left: Sequence[float], right: Sequence[float]) -> float:
    """Wasserstein-1 of two heaps of numbers: the mean distance of their quantiles."""
    left, right, count = sorted(left), sorted(right), 400
    return sum(abs(left[len(left) * place // count] - right[len(right) * place // count]) for place in range(count)) / count


def lengths(one: Sequence[Reply], other: Sequence[Reply]) -> float:
    return earth_mover(*([len("\n".join(reply)) for reply in heap] for heap in (one, other)))


def bubbles(one: Sequence[Reply], other: Sequence[Reply]) -> float:
    return earth_mover(*([len(reply) for reply in heap] for heap in (one, other)))


def variety(one: Sequence[Reply], other: Sequence[Reply]) -> float:
    """Of as many words each: the more there are, the fewer bigrams are new."""
    said = [[words(reply) for reply in heap] for heap in (one, other)]
    most = min(sum(map(len, heap)) for heap in said)
    found = []
    for heap in said:
        pairs = [pair for reply in heap for pair in itertools.pairwise(reply)][:most]
        found.append(len(set(pairs)) / max(len(pairs), 1))
    return abs(found[0] - found[1])


def matter(one: Sequence[Reply], other: Sequence[Reply]) -> float:
    """Jensen-Shannon divergence of characters in threes, in bits."""
    counts = [
        Counter(text[place : place + 3] for reply in heap for text in [f"\n{chr(10).join(reply)}\n"] for place in range(len(text) - 2)) for heap in (one, other)
    ]
    sums, away = [sum(count.values()) for count in counts], 0.0
    for three in counts[0] | counts[1]:
        p, q = (count[three] / total for count, total in zip(counts, sums, strict=True))
        away += sum(part * math.log2(part / ((p + q) / 2)) for part in (p, q) if part) / 2
    return away


DISTANCES = {"length": lengths, "bubbles": bubbles, "variety": variety, "threes": matter}


def words(reply: Reply) -> list[str]:
    return re.findall(r"\w+", "\n".join(reply).lower())


def circles(replies: Sequence[Reply]) -> int:
    """How many replies have three words in a row three times."""
    return sum(max(Counter(zip(said, said[1:], said[2:], strict=False)).values(), default=0) >= 3 for said in map(words, replies))


def asked(folder: Path, count: int) -> list[tuple[list[Turn], Contact, Reply]]:
    """Messages of the validation split, by chance: what was said before, with whom, and what the person replied."""
    found = [
        (list(conversation.turns[:number]), Contact(conversation.chat, conversation.kind), turn.bubbles)
        for conversation in read_split(folder, "validation")
        for number, turn in enumerate(conversation.turns)
        if number and turn.learn
    ]
    return random.Random(1).sample(found, min(count, len(found)))


def drawn(engine: Engine, messages: Sequence[tuple[list[Turn], Contact, Reply]], sampling: Sampling) -> list[Reply]:
    """A reply to each, several at once."""

    def reply(number: int) -> Reply:
        turns, contact, _ = messages[number]
        return list(engine.reply(turns, contact, replace(sampling, seed=number)))[-1]

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(reply, range(len(messages))))


def half(seed: int, count: int) -> tuple[list[int], list[int]]:
    """Half of the replies by chance, and the others."""
    mixed = random.Random(seed).sample(range(count), count)
    return mixed[: count // 2], mixed[count // 2 :]


def between(own: Sequence[Reply], others: Sequence[Reply], parted: Sequence[tuple[list[int], list[int]]]) -> list[float]:
    """Each distance of half of one heap from the other half of the other, on average: heaps of one size, and never to the same messages."""
    sums = [0.0] * len(DISTANCES)
    for left, right in parted:
        for number, distance in enumerate(DISTANCES.values()):
            sums[number] += distance([own[one] for one in left], [others[one] for one in right]) / len(parted)
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--run", help="default: the latest")
    parser.add_argument("--replies", type=int, default=200)
    parser.add_argument("--temperatures", type=float, nargs="+", default=[0.5, 0.7, 0.85, 1.0])
    parser.add_argument("--top-p", type=float, nargs="+", default=[0.9, 0.95, 1.0])
    parser.add_argument("--penalties", type=float, nargs="+", default=[1.0, 1.1])
    options = parser.parse_args()
    place = find_workspace(at=options.workspace)
    engine, messages = Engine(place.run(options.run)), asked(place.dataset, options.replies)
    own = [reply for _, _, reply in messages]
    parted = [half(number, len(own)) for number in range(HALVES)]
    floors = between(own, own, parted)
    generate._TIMES = 10**9  # circles are to be counted, not ended
    rows = []
    for temperature, top_p, penalty in itertools.product(options.temperatures, options.top_p, options.penalties):
        replies = drawn(engine, messages, Sampling(temperature, top_p, penalty))
        away = [part / max(floor, 1e-3) for part, floor in zip(between(own, replies, parted), floors, strict=True)]
        mean = math.prod(max(part, 0.1) for part in away) ** (1 / len(away))
        rows.append((mean, [temperature, top_p, penalty, *(f"{part:.2f}" for part in away), f"{mean:.2f}", circles(replies)]))
        print(rows[-1], file=sys.stderr, flush=True)
    print(f"{len(own)} replies; the person's own in circles: {circles(own)}\n")
    print(f"| temperature | top_p | repetition_penalty | {' | '.join(DISTANCES)} | mean | in circles |\n|{'---|' * 9}")
    for _, cells in sorted(rows, key=lambda row: row[0]):
        print(f"| {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()
