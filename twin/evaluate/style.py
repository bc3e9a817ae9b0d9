"""Metric 5: how somebody writes, in figures that need no dictionary, and how many of them lie in the person's own band. English and Russian.

A message is a bubble. Each figure but one is a sum over a sum, so that it is that of a bag as well as that of all replies. Not here: whether a classifier can
tell by them who wrote (telling.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import emoji
import numpy as np
from numpy.typing import NDArray

from twin.evaluate.bags import Numbers, Source, halves, said
from twin.evaluate.intervals import Value
from twin.evaluate.measured import PERSON, TWIN, Measured, Reply, Sample

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Feature:
    """A figure of style: sum(part) / sum(whole) over replies.

    Attributes:
        title: What a person reads.
        part: What is counted, a name of `_counts`.
        whole: What it is divided by, another.
        share: Whether it is between 0 and 1.
    """

    title: str
    part: str
    whole: str
    share: bool = True


FEATURES = {
    "characters": Feature("characters in a message", "characters", "messages", share=False),
    "words": Feature("words in a message", "words", "messages", share=False),
    "word_length": Feature("letters in a word", "letters", "words", share=False),
    "bubbles": Feature("messages in a row", "messages", "replies", share=False),
    "one_word": Feature("messages of one word or none", "one_word", "messages"),
    "line_breaks": Feature("messages of several lines", "line_breaks", "messages"),
    "distinct_words": Feature("variety of words", "distinct", "words", share=False),
    "starts_small": Feature("messages that begin with a small letter", "starts_small", "starts"),
    "all_caps": Feature("words in CAPITALS", "all_caps", "long_words"),
    "ends_period": Feature("messages that end in a period", "ends_period", "messages"),
    "ends_open": Feature("messages that end without a sign", "ends_open", "messages"),
    "ends_exclamation": Feature("messages that end in !", "ends_exclamation", "messages"),
    "ends_question": Feature("messages that end in a question mark", "ends_question", "messages"),
    "ends_dots": Feature("messages that trail off in dots", "ends_dots", "messages"),
    "sign_runs": Feature("messages with !!, ?? or ?!", "sign_runs", "messages"),
    "commas": Feature("commas for each word", "commas", "words", share=False),
    "emoji": Feature("messages with an emoji", "emoji", "messages"),
    "emoticons": Feature("messages with a :) or the like", "emoticons", "messages"),
    "brackets": Feature("messages with a bare ) for a smile", "brackets", "messages"),
    "laughter": Feature("messages that laugh (haha, lol, ахах, )))", "laughter", "messages"),
    "stretched": Feature("stretched words (sooo)", "stretched", "words"),
    "no_apostrophe": Feature("words without their apostrophe (dont)", "no_apostrophe", "words"),
    "no_vowel": Feature("words without a vowel (thx, спс)", "no_vowel", "words"),
    "digits": Feature("messages with a number", "digits", "messages"),
    "links": Feature("messages with a link", "links", "messages"),
    "cyrillic": Feature("Cyrillic letters, of all", "cyrillic", "letters"),
    "both_scripts": Feature("messages in Cyrillic and Latin letters at once", "both_scripts", "messages"),
}
"""By name. "variety of words" is Guiraud's: different words / sqrt(words), which hangs less on how much is said than their share does (P. Guiraud, "Les
caractères statistiques du vocabulaire", 1954)."""
_COLUMNS = (
    "replies messages characters words letters one_word line_breaks starts starts_small long_words all_caps ends_period ends_open ends_exclamation"
    " ends_question ends_dots sign_runs commas emoji emoticons brackets laughter stretched no_apostrophe no_vowel digits links cyrillic both_scripts"
).split()

FEWEST_REPLIES, FEWEST_CONVERSATIONS = 24, 8
"""With fewer, halves of halves say nothing."""
_SPLITS, _INNER = 30, 50
"""How often the person is compared with themself, and how often a half is split again for its band; the width of a band then varies by a tenth."""

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CYRILLIC, _LATIN = re.compile(r"[Ѐ-ӿ]"), re.compile(r"[A-Za-zÀ-ɏ]")
_EMOTICON = re.compile(r"[:;=]['’-]?[()]+|(?<!\w)(?:[:;=]['’-]?[\[\]DPpOo3/\\|*]+|[xX]D+|<3+|\^_?\^)(?!\w)")
_LISTED = re.compile(r"^\s*(?:\d{1,2}|[a-zа-я])\)\s", re.MULTILINE)
"""What is no smile: "1) first"."""
_LAUGH = re.compile(
    r"\b(?:[ah]*ha+h[ah]*|[eh]*he+h[eh]*|[ih]*hi+h[ih]*|[aj]*ja+j[aj]*|[ахп]*ха+х[ахп]*|[ех]*хе+х[ех]*|[их]*хи+х[их]*|lo+l|lmf?ao|rofl|ло+л|кек)\b|\){3,}|[😂🤣]",
    re.IGNORECASE,
)
_STRETCHED = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_BARE = frozenset(
    "im ive dont doesnt didnt cant couldnt shouldnt wouldnt isnt arent wasnt werent hasnt havent hadnt wont thats whats theres youre theyre youve weve theyve"
    " youll theyll".split()
)
"""English contractions without their apostrophe that are no words of their own ("its" and "ill" are)."""
_VOWEL = re.compile(r"[aeiouyаеёиоуыэюяіїє]")
_SCRIPTS = re.compile(r"[a-zа-яёіїє]{2,}")


class Counted:
    """The counts of some replies.

    Args:
        replies: What was said.
    """

    def __init__(self, replies: Sequence[Reply]) -> None:
        self._table = np.array([[counts[name] for name in _COLUMNS] for counts in map(_counts, replies)], dtype=np.float64).reshape(len(replies), len(_COLUMNS))
        known: dict[str, int] = {}
        said = [{known.setdefault(word, len(known)) for word in _words(reply)} for reply in replies]
        self._known = len(known)
        self._said = np.array([number for numbers in said for number in numbers], dtype=np.intp)
        self._by = np.repeat(np.arange(len(replies)), [len(numbers) for numbers in said])

    def figures(self, drawn: NDArray[Any]) -> Floats:
        """(draws, features) of (draws, replies) drawn, each 0 or 1, or so often. What nothing can be divided by is 0."""
        drawn = drawn.astype(np.float64)
        sums = dict(zip(_COLUMNS, (drawn @ self._table).T, strict=True))
        distinct = np.array([self._distinct(line > 0) for line in drawn], dtype=np.float64)
        sums["distinct"] = distinct * np.sqrt(sums["words"])  # divided by words: Guiraud's
        return np.stack([sums[feature.part] / np.maximum(sums[feature.whole], 1) for feature in FEATURES.values()], axis=1)

    def _distinct(self, drawn: Mask) -> int:
        """How many different words some replies have."""
        seen = np.zeros(self._known, dtype=np.bool_)
        seen[self._said[drawn[self._by]]] = True
        return int(np.count_nonzero(seen))

    def wholes(self, drawn: NDArray[Any]) -> Floats:
        """(features,) what each figure of these replies is divided by."""
        sums = dict(zip(_COLUMNS, drawn.astype(np.float64) @ self._table, strict=True))
        return np.array([max(sums[feature.whole], 1) for feature in FEATURES.values()])


@dataclass(frozen=True, slots=True)
class Band:
    """Where as many other replies of the same person lie, 95 times of 100; (features,) each."""

    value: Floats
    half: Floats

    def holds(self, figures: Floats) -> Mask:
        """Which of these lie in it."""
        held: Mask = np.abs(figures - self.value) <= self.half + 1e-9
        return held


def style(sample: Sample) -> Measured:
    """The share of features in which a row lies in the person's band, and the same of another half of the person's own replies.

    A row is compared with the person's replies to the very same messages. Features that neither the person nor any row has are left out. The interval is how
    much that share varies when half of the conversations is looked at. n is of features.
    """
    own = said(sample, PERSON)
    conversations = len(np.unique(own.conversations))
    if len(own.replies) < FEWEST_REPLIES or conversations < FEWEST_CONVERSATIONS:
        reason = f"{len(own.replies)} replies of the person's in {conversations} conversations; {FEWEST_REPLIES} in {FEWEST_CONVERSATIONS} are needed"
        return Measured(left_out={"style": reason})
    shown = _shown(sample)
    known: dict[bytes, _Own] = {}
    found = {row: _share(sample, row, shown, known) for row in (*sample.replies, PERSON)}
    return Measured({"style": {row: value for row, value in found.items() if value}}, left_out=_too_few(found))


def features(sample: Sample) -> dict[str, dict[str, Any]]:
    """Every feature that `style` looks at: the person's figure and band, those of the rows, and whether the twin is inside; as report.json has it."""
    shown = _shown(sample)
    _, own, twin = _beside(sample, TWIN if TWIN in sample.replies else PERSON)
    if len(own.replies) < FEWEST_REPLIES or len(np.unique(own.conversations)) < FEWEST_CONVERSATIONS:
        return {}
    everything = np.ones(len(own.replies), dtype=np.bool_)
    band = _band(Counted(own.replies), own.conversations, everything, np.random.default_rng([sample.seed, _SPLITS]))
    rows = {row: _all_of(said(sample, row)) for row in sample.replies} | ({TWIN: _all_of(twin)} if TWIN in sample.replies else {})
    table = {}
    for place, (name, feature) in enumerate(FEATURES.items()):
        if not shown[place]:
            continue
        low, high = max(0.0, band.value[place] - band.half[place]), band.value[place] + band.half[place]
        line: dict[str, Any] = {"person": band.value[place], "low": low, "high": min(1.0, high) if feature.share else high}
        line |= {row: figures[place] for row, figures in rows.items()}
        table[name] = {key: round(float(figure), 6) for key, figure in line.items()}
        if TWIN in rows:
            table[name]["inside"] = bool(band.holds(rows[TWIN])[place])
    return table


class _Own:
    """The person's replies with their band, and often drawn halves of them with the band of each."""

    def __init__(self, own: Source, seed: int) -> None:
        chance = np.random.default_rng([seed, _SPLITS])
        counted, self.everything = Counted(own.replies), np.ones(len(own.replies), dtype=np.bool_)
        self.band = _band(counted, own.conversations, self.everything, chance)
        drawn = [halves(own.conversations, chance) for _ in range(_SPLITS)]
        self.halves = [(half, _band(counted, own.conversations, half, chance)) for half in drawn]


def _share(sample: Sample, row: str, shown: Mask, known: dict[bytes, _Own]) -> Value | None:
    """How much of its features a row has in the band; None where it has too few replies. `known` keeps what was drawn for other rows with the same replies."""
    places, own, other = _beside(sample, row)
    if len(own.replies) < FEWEST_REPLIES or len(np.unique(own.conversations)) < FEWEST_CONVERSATIONS:
        return None
    person = known.get(places.tobytes()) or known.setdefault(places.tobytes(), _Own(own, sample.seed))
    written = Counted(other.replies)
    shares = [band.holds(written.figures(~half[None])[0])[shown].mean() for half, band in person.halves]
    value = float(np.mean(shares)) if row == PERSON else float(person.band.holds(written.figures(person.everything[None])[0])[shown].mean())
    low, high = np.clip(np.percentile(shares, (2.5, 97.5)) - np.mean(shares) + value, 0, 1)
    return Value(value, min(float(low), value), max(float(high), value), int(shown.sum()))


def _band(counted: Counted, conversations: Numbers, among: Mask, chance: np.random.Generator) -> Band:
    """The band of some replies of the person's: how far two halves of them lie apart, drawn often.

    Halves are half as many, so that what they differ by is sqrt(2) times what two samples of all do. Student's t makes up for few conversations. One occurrence
    more or less on either side is no difference: a person who has never written an emoji may write one.
    """
    places = np.flatnonzero(among)
    drawn = np.zeros((_INNER, len(among)), dtype=np.bool_)
    for line in drawn:
        line[places] = halves(conversations[places], chance)
    apart = counted.figures(drawn) - counted.figures(among & ~drawn)
    once = 1 / counted.wholes(among)
    deviation = np.sqrt(np.mean(apart**2, axis=0) / 2 + 2 * once**2)
    return Band(counted.figures(among[None])[0], _student(len(np.unique(conversations[places])) - 1) * deviation)


def _student(freedom: int) -> float:
    """The 97.5 % point of Student's t, from 3 degrees of freedom on within 4 % (Abramowitz and Stegun, 26.7.5, two terms)."""
    z = 1.959963984540054
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _beside(sample: Sample, row: str) -> tuple[Numbers, Source, Source]:
    """The exchanges in which the person and a row both say something, and what they say there."""
    own = [exchange.reply for exchange in sample.exchanges]
    other = own if row == PERSON else sample.replies[row]
    both = [place for place, replies in enumerate(zip(own, other, strict=True)) if all(any(map(str.strip, reply)) for reply in replies)]
    conversations = np.array([sample.exchanges[place].conversation for place in both], dtype=np.intp)
    one, two = (Source(conversations, tuple(replies[place] for place in both)) for replies in (own, other))
    return np.array(both, dtype=np.intp), one, two


def _shown(sample: Sample) -> Mask:
    """(features,) which anybody has."""
    shown: Mask = np.any([_all_of(said(sample, row)) > 0 for row in (*sample.replies, PERSON)], axis=0)
    return shown


def _all_of(source: Source) -> Floats:
    figures: Floats = Counted(source.replies).figures(np.ones((1, len(source.replies))))[0]
    return figures


def _too_few(found: dict[str, Value | None]) -> dict[str, str]:
    rows = [row for row, value in found.items() if value is None]
    return {"style": f"{', '.join(rows)}: fewer than {FEWEST_REPLIES} replies in {FEWEST_CONVERSATIONS} conversations"} if rows else {}


def _words(reply: Reply) -> Iterator[str]:
    return (word.casefold() for bubble in reply for word in _WORD.findall(_LINK.sub(" ", bubble)))


def _counts(reply: Reply) -> dict[str, int]:
    """What is counted in a reply, by name."""
    counts = dict.fromkeys(_COLUMNS, 0)
    counts["replies"] = 1
    for bubble in map(str.strip, reply):
        if bubble:
            for name, count in _counts_of_message(bubble):
                counts[name] += count
    return counts


def _counts_of_message(text: str) -> Iterator[tuple[str, int]]:
    plain = _LINK.sub(" ", text).strip()
    words = _WORD.findall(plain)
    long_words = [word for word in words if len(word) >= 3]
    bare = _LISTED.sub(" ", _EMOTICON.sub(" ", plain))
    cyrillic, latin = len(_CYRILLIC.findall(plain)), len(_LATIN.findall(plain))
    first, last = text[0], text[-1]
    has_case = first.lower() != first.upper()
    yield "messages", 1
    yield "characters", len(text)
    yield "words", len(words)
    yield "letters", sum(map(str.isalpha, plain))
    yield "one_word", len(words) <= 1
    yield "line_breaks", "\n" in text
    yield "starts", has_case
    yield "starts_small", has_case and first.islower()
    yield "long_words", len(long_words)
    yield "all_caps", sum(map(str.isupper, long_words))
    yield "ends_period", last == "." and not text.endswith("..")
    yield "ends_open", last.isalnum()
    yield "ends_exclamation", last == "!"
    yield "ends_question", last == "?"
    yield "ends_dots", text.endswith(("..", "…"))
    yield "sign_runs", bool(re.search(r"[!?]{2,}", text))
    yield "commas", plain.count(",")
    yield "emoji", not text.isascii() and emoji.emoji_count(text) > 0
    yield "emoticons", bool(_EMOTICON.search(plain))
    yield "brackets", bare.count("(") != bare.count(")")
    yield "laughter", bool(_LAUGH.search(plain))
    yield "stretched", sum(bool(_STRETCHED.search(word)) for word in words)
    yield "no_apostrophe", sum(word.lower() in _BARE for word in words)
    yield "no_vowel", sum(bool(_SCRIPTS.fullmatch(word)) and not _VOWEL.search(word) for word in words)
    yield "digits", bool(re.search(r"\d", plain))
    yield "links", bool(_LINK.search(text))
    yield "cyrillic", cyrillic
    yield "both_scripts", cyrillic > 0 and latin > 0
