"""Metrics 3 and 4: can a classifier tell a row's replies from the person's, and whose does one that knows many people take them for?

Both read bags of about twenty replies (bags.py): (3) as characters, by logistic regression on 1- to 5-grams, and as figures of style (style.py), by boosted
trees; (4) as characters. Not here: what people make of single replies (chat/blind.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from twin.chat.blind import wilson
from twin.evaluate.bags import FEWEST, LEAST, SIZE, Bag, Numbers, Source, bagged, halves, paired, said, text_of
from twin.evaluate.intervals import Value, bootstrap
from twin.evaluate.measured import PERSON, Measured, Reply, Sample
from twin.evaluate.style import Counted
from twin.schema import Conversation

Floats = NDArray[np.float64]
ROUNDS = 4
"""How often conversations are put into folds and bags anew: one round of few bags hangs on which they are."""
PEOPLE, MOST_PEOPLE = 10, 12
"""Whom replies may be attributed to: so many people at least; the most talkative at most."""
MESSAGES = 200
"""Turns that each of them has in the training split, and that are learned from."""
_LEARNED = 40
"""Bags of each source, at least, that the trees learn from: drawn anew from the same replies until there are as many."""
_MARKER = re.compile(r"\[[^\]\n]{1,40}\]")
"""What stands for a contact's medium or forward (prepare/segment.py): not how they write."""

Judge = Callable[[Sequence[Numbers], Sequence[Numbers], Sequence[Numbers]], Floats]
"""Learns from bags of the first source and from bags of the second; scores those asked for, the higher, the more like the second."""


def auc(sample: Sample) -> Measured:
    """Metric 3, "auc_characters" and "auc_style": how often a bag of the row looks more like the row than a bag of the person does, .5 being chance.

    The row PERSON is one half of the person's conversations against the other, of the test split alone: what was written years before differs for other
    reasons. Values are means of ROUNDS rounds, so are the ends of the intervals: how sure one round is. n is of bags of either source in a round.
    """
    found: dict[str, dict[str, Value]] = {"auc_characters": {}, "auc_style": {}}
    missing = []
    for row in (*sample.replies, PERSON):
        both, rounds, pairs = _rounds(sample, row)
        if not rounds:
            missing.append(f"{row}: {pairs} pairs of replies of one length, {FEWEST * LEAST} in {FEWEST} bags are needed")
            continue
        for name, judge in (("auc_characters", _by_characters(both)), ("auc_style", _by_style(both, sample.seed))):
            found[name][row] = _mean([_auc(_held_out(first, second, judge), sample.seed + number) for number, (first, second) in enumerate(rounds)])
    left_out = dict.fromkeys(found, "; ".join(missing)) if missing else {}
    return Measured({name: values for name, values in found.items() if values}, left_out=left_out)


def attribution(sample: Sample) -> Measured:
    """Metric 4, "attribution": the share of a row's bags that are taken for the person, among at least PEOPLE people who have MESSAGES turns in training each.

    The row PERSON is their held-out replies. Intervals are Wilson's; n is of bags.
    """
    person = sample.training[0].person if sample.training else ""
    people = {name: replies for name, replies in _people(sample.training).items() if len(replies) >= MESSAGES}
    if len(people) < PEOPLE:
        return Measured(left_out={"attribution": f"fewer than {PEOPLE} people with {MESSAGES} messages each: {len(people)}"})
    if person not in people:
        return Measured(left_out={"attribution": f"the person has fewer than {MESSAGES} replies to learn from"})
    names = [person, *sorted((name for name in people if name != person), key=lambda name: -len(people[name]))[: MOST_PEOPLE - 1]]
    chance = np.random.default_rng(sample.seed)
    bags, writers = [], []
    for writer, name in enumerate(names):
        chosen = chance.permutation(len(people[name]))[:MESSAGES]
        for bag in np.array_split(chosen, MESSAGES // SIZE):
            bags.append("".join(_framed(people[name][place]) for place in bag))
            writers.append(writer)
    counter, weigher = _counter(least=2), TfidfTransformer(sublinear_tf=True)
    learned = weigher.fit_transform(counter.fit_transform(bags))
    judges = [_classifier(sample.seed).fit(learned, np.array(writers) == writer) for writer in range(len(names))]
    found = {}
    for row in (*sample.replies, PERSON):
        source = said(sample, row)
        if len(source.replies) < FEWEST * LEAST:
            continue
        size = min(SIZE, len(source.replies) // FEWEST)
        asked = bagged(np.arange(len(source.replies)), source.conversations, size, np.random.default_rng(sample.seed))
        texts = ["".join(_framed(source.replies[place]) for place in bag) for bag in asked]
        scores = np.stack([judge.decision_function(weigher.transform(counter.transform(texts))) for judge in judges], axis=1)
        taken = int(np.count_nonzero(scores.argmax(axis=1) == 0))
        found[row] = Value(taken / len(texts), *wilson(taken, len(texts)), len(texts))
    return Measured({"attribution": found}) if found else Measured(left_out={"attribution": f"fewer than {FEWEST * LEAST} replies"})


def _rounds(sample: Sample, row: str) -> tuple[Source, list[tuple[list[Bag], list[Bag]]], int]:
    """The replies of both, the bags of the person and of the row for each round (by the numbers of replies among all), and how many pairs there are.

    Against PERSON it is half of the person's conversations on either side, other halves in each round.
    """
    own, other = said(sample, PERSON), said(sample, row)
    both = own if row == PERSON else Source(np.concatenate([own.conversations, other.conversations]), (*own.replies, *other.replies))
    rounds, pairs = [], 0
    for number in range(ROUNDS):
        seed = (sample.seed, number)
        first = halves(own.conversations, np.random.default_rng(seed)) if row == PERSON else np.arange(len(both.replies)) < len(own.replies)
        sides = np.flatnonzero(first), np.flatnonzero(~first)
        bags = paired(both.at(sides[0]), both.at(sides[1]), seed)
        pairs = max(pairs, bags.pairs)
        if bags.first:
            first_bags, second_bags = ([Bag(bag.fold, side[bag.members]) for bag in some] for side, some in zip(sides, (bags.first, bags.second), strict=True))
            rounds.append((first_bags, second_bags))
    return both, rounds, pairs


def _by_characters(both: Source) -> Judge:
    """The mean of what logistic regression says of a bag's replies; it has learned from single replies, of which there are more than bags."""
    counts = _counter().fit_transform(map(_framed, both.replies))

    def judge(first: Sequence[Numbers], second: Sequence[Numbers], asked: Sequence[Numbers]) -> Floats:
        train = counts[np.concatenate([*first, *second])]
        twice = np.bincount(train.indices, minlength=train.shape[1]) >= 2  # what stands in one reply only tells nothing of others
        weigher = TfidfTransformer(sublinear_tf=True)
        model = _classifier(0).fit(weigher.fit_transform(train[:, twice]), np.arange(train.shape[0]) >= sum(map(len, first)))
        return np.array([model.decision_function(weigher.transform(counts[bag][:, twice])).mean() for bag in asked])

    return judge


def _by_style(both: Source, seed: int) -> Judge:
    """What boosted trees say of a bag's figures of style; they have learned from bags drawn anew from the same replies."""
    counted = Counted(both.replies)

    def figures(bags: Sequence[Numbers]) -> Floats:
        drawn = np.zeros((len(bags), len(both.replies)))
        for line, places in zip(drawn, bags, strict=True):
            line[places] = 1
        return counted.figures(drawn)

    def judge(first: Sequence[Numbers], second: Sequence[Numbers], asked: Sequence[Numbers]) -> Floats:
        chance = np.random.default_rng(seed)
        drawn: tuple[list[Numbers], list[Numbers]] = [], []
        for bags, some in zip(drawn, (first, second), strict=True):
            while len(bags) < _LEARNED:
                bags.extend(bagged(np.concatenate(some), both.conversations, len(asked[0]), chance))
        model = GradientBoostingClassifier(n_estimators=20, max_depth=2, max_features="sqrt", random_state=0)
        model.fit(figures([*drawn[0], *drawn[1]]), np.repeat([False, True], [len(bags) for bags in drawn]))
        scores: Floats = model.decision_function(figures(asked))
        return scores

    return judge


def _held_out(first: Sequence[Bag], second: Sequence[Bag], judge: Judge) -> tuple[Floats, Floats]:
    """The score of every bag, by a judge who has learned from the bags of the other folds only."""
    folds, others = (np.array([bag.fold for bag in side]) for side in (first, second))
    scores = np.zeros(len(first)), np.zeros(len(second))
    for fold in np.unique(folds):
        asked = [bag.members for side in (first, second) for bag in side if bag.fold == fold]
        learned = [[bag.members for bag in side if bag.fold != fold] for side in (first, second)]
        found = judge(learned[0], learned[1], asked)
        scores[0][folds == fold], scores[1][others == fold] = np.split(found, [np.count_nonzero(folds == fold)])
    return scores


def _auc(scores: tuple[Floats, Floats], seed: int) -> Value:
    """The area under the ROC curve: the share of pairs in which the second scores higher, ties by half. Bags are drawn in pairs of a fold."""
    first, second = scores
    wins = (second[None] > first[:, None]) + 0.5 * (second[None] == first[:, None])
    return bootstrap(lambda drawn: float(wins[drawn[:, None], drawn[None]].mean()), len(first), seed=seed)


def _mean(values: Sequence[Value]) -> Value:
    value, low, high = (float(np.mean([getattr(one, end) for one in values])) for end in ("value", "low", "high"))
    return Value(value, low, high, round(float(np.mean([one.n for one in values]))))


def _people(training: Sequence[Conversation]) -> dict[str, list[Reply]]:
    """What everybody in these conversations has said, by name; of the person, what was learned."""
    people: dict[str, list[Reply]] = {}
    for conversation in training:
        for turn in conversation.turns:
            name = conversation.person if turn.mine else turn.name
            bubbles = tuple(bubble for bubble in turn.bubbles if bubble.strip() and not (not turn.mine and _MARKER.match(bubble)))
            if bubbles and turn.mine == turn.learn and (turn.mine or name != conversation.person):
                people.setdefault(name, []).append(bubbles)
    return people


def _framed(reply: Reply) -> str:
    """A reply with a line's end on both sides, so that how its messages begin and end is seen."""
    return f"\n{text_of(reply)}\n"


def _counter(least: int = 1) -> CountVectorizer:
    return CountVectorizer(analyzer="char", ngram_range=(1, 5), lowercase=False, min_df=least, dtype=np.float64)


def _classifier(seed: int) -> LogisticRegression:
    """Few examples of many dimensions: the dual is quick, and one thread's."""
    return LogisticRegression(C=10, solver="liblinear", dual=True, max_iter=10_000, random_state=seed, class_weight="balanced")
