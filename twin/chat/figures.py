"""What a history looks like in numbers: when somebody writes, how long, how fast, in what words. One pass over its messages, which are not kept.

Sides are the person ("mine") and everybody else ("theirs"). Days and hours are this computer's. Not here: drawing (charts.py).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock

import regex

from twin.history import History, open_history
from twin.schema import ChatKind

KINDS = (ChatKind.PERSONAL, ChatKind.GROUP)
"""The chats that are counted: between people."""
Row = tuple[int | None, int, str, str]
"""Of a message: who sent it, when (seconds since 1970), its text, and a JSON object of what few messages have."""
SILENCE = 86_400
"""Seconds; what comes later is no reply any more, and no further bubble (the default of prepare.gap_hours)."""
_BATCH = 2000
"""Texts that are searched for words at once: for each alone it takes twice as long."""
_QUARTER = 900
"""Seconds; every time zone's clock is set by whole quarters of an hour, so that all of one has the same hour."""
_LINK = re.compile(r"\S+://\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""Letters of any script, with an apostrophe or hyphen between some."""
_EMOJI = regex.compile(
    r"\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|(?![©®™])\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)*"
)
"""Flags, keycaps, and pictures with their skin tone and joiners: an emoji sequence of Unicode's UTS 51."""
_MAY_BE_EMOJI = re.compile("[\u2049-\U0010ffff]")
_TELLING = 1.96
"""The score from which chance is an unlikely reason (5 %)."""
_PRIOR = 500.0
"""Words' worth of what both sides say together that is added to each side, against chance in rare words."""


@dataclass(slots=True)
class Side:
    """What one side wrote.

    Attributes:
        messages: How many, of any sort.
        lengths: Characters of a message that has a text of its own writer's.
        delays: Seconds from the other side's last message to the reply, in chats of two, within SILENCE.
        bursts: Messages that one person sent in a row, without a SILENCE.
        words: In lower case.
        emoji: Without regard to their form (text or picture).
    """

    messages: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    delays: Counter[int] = field(default_factory=Counter)
    bursts: Counter[int] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    emoji: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Figures:
    """A history, or a chat of it, in numbers.

    Attributes:
        chats: How many chats they are of.
        days: Messages by day and side: days[date] = [mine, theirs].
        hours: Messages by weekday (0 is Monday), hour and side: hours[weekday][hour] = [mine, theirs].
    """

    mine: Side = field(default_factory=Side)
    theirs: Side = field(default_factory=Side)
    chats: int = 0
    days: dict[date, list[int]] = field(default_factory=dict)
    hours: list[list[list[int]]] = field(default_factory=lambda: [[[0, 0] for _ in range(24)] for _ in range(7)])

    @property
    def messages(self) -> int:
        """All of them."""
        return self.mine.messages + self.theirs.messages

    def months(self) -> dict[str, tuple[int, int]]:
        """Messages by month ("2024-05") and side, from the first to the last with none left out between."""
        counted: dict[str, tuple[int, int]] = {}
        if self.days:
            first, last = min(self.days), max(self.days)
            for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
                counted[f"{number // 12}-{number % 12 + 1:02}"] = (0, 0)
        for day, (mine, theirs) in self.days.items():
            before = counted[f"{day:%Y-%m}"]
            counted[f"{day:%Y-%m}"] = (before[0] + mine, before[1] + theirs)
        return counted


def figures(chats: Iterable[tuple[bool, Iterable[Row]]], me: int | None) -> Figures:
    """The numbers of some chats.

    Args:
        chats: For each whether it is one of two people, and its messages in the order of their dates, as History.rows gives them.
        me: The person.
    """
    result = Figures()
    sides = (result.mine, result.theirs)
    lengths, delays, bursts = ([getattr(side, what) for side in sides] for what in ("lengths", "delays", "bursts"))
    moments: dict[int, tuple[list[int], list[int]]] = {}
    texts: tuple[list[str], list[str]] = ([], [])
    for personal, messages in chats:
        result.chats += 1
        before, last, at, length = None, 0, -SILENCE, 0
        for sender, seconds, text, more in messages:
            who = 0 if sender == me else 1
            quarter = seconds // _QUARTER
            if quarter not in moments:
                local = datetime.fromtimestamp(seconds)  # noqa: DTZ006  the clock on this computer's wall
                moments[quarter] = (result.days.setdefault(local.date(), [0, 0]), result.hours[local.weekday()][local.hour])
            day, hour = moments[quarter]
            day[who] += 1
            hour[who] += 1
            gap = seconds - at
            if sender == before and gap < SILENCE:
                length += 1
            else:
                if length:
                    bursts[last][length] += 1
                    if personal and gap < SILENCE:
                        delays[who][gap] += 1
                length = 1
            before, last, at = sender, who, seconds
            if text and not (more and ('"forwarded_from":' in more or '"via_bot":' in more)):
                lengths[who][len(text)] += 1
                some = texts[who]
                some.append(text)
                if len(some) >= _BATCH:
                    _add_words(sides[who], some)
        if length:
            bursts[last][length] += 1
    for who, side in enumerate(sides):
        side.messages = sum(day[who] for day in result.days.values())
        _add_words(side, texts[who])
    return result


def _add_words(side: Side, texts: list[str]) -> None:
    """Counts the words and emoji of texts, and empties the list."""
    text = "\n".join(texts)
    texts.clear()
    if "://" in text:
        text = _LINK.sub(" ", text)
    side.words.update(_WORD.findall(text.casefold()))
    if _MAY_BE_EMOJI.search(text):
        side.emoji.update(found.replace("\N{VARIATION SELECTOR-16}", "") for found in _EMOJI.findall(text))


def unusual(ours: Counter[str], others: Counter[str], count: int, *, least: int = 5) -> list[tuple[str, int, int]]:
    """The words that tell one side from the other: each with how often either says it, the most telling first.

    By the z-score of the log-odds ratio with an informative Dirichlet prior, whose words are those of both sides together: Monroe, Colaresi and Quinn,
    "Fightin' Words", Political Analysis 16 (2008). So a word that all use much, as "and", is not among them, and neither is one that was said once.

    Args:
        ours: Words of the side that is looked at.
        others: Words of the other.
        count: How many at most.
        least: A word is said so often at least.
    """
    mine, theirs = ours.total(), others.total()
    both = mine + theirs
    scored = []
    for word, said in ours.items():
        if said < least:
            continue
        heard = others[word]
        prior = _PRIOR * (said + heard) / both
        odds = math.log((said + prior) / (mine + _PRIOR - said - prior)) - math.log((heard + prior) / (theirs + _PRIOR - heard - prior))
        score = odds / math.sqrt(1 / (said + prior) + 1 / (heard + prior))
        if score > _TELLING:
            scored.append((score, word, said, heard))
    scored.sort(key=lambda one: (-one[0], one[1]))
    return [(word, said, heard) for _, word, said, heard in scored[:count]]


def median(counted: Counter[int]) -> float:
    """The middle of counted numbers; of an even number of them the mean of the two in the middle. 0 where there are none."""
    total = counted.total()
    if not total:
        return 0.0
    wanted = ((total - 1) // 2, total // 2)
    found: list[int] = []
    passed = 0
    for value in sorted(counted):
        passed += counted[value]
        while len(found) < 2 and passed > wanted[len(found)]:
            found.append(value)
    return sum(found) / 2


def binned(counted: Counter[int], edges: tuple[int, ...]) -> list[int]:
    """How many lie below the first edge, from each edge to the next, and from the last one on."""
    counts = [0] * (len(edges) + 1)
    for value, number in counted.items():
        counts[sum(value >= edge for edge in edges)] += number
    return counts


class Shown:
    """The figures of a history.db, by what was asked for, for as long as the file does not change.

    Args:
        path: The file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._mark: tuple[tuple[int, int], ...] = ()
        self._kept: dict[int | None, Figures] = {}

    def chats(self) -> list[tuple[str, int]]:
        """The chats that are counted, each by its name and id, most messages first. Raises HistoryError."""
        with open_history(self._path) as history:
            chats = [chat for chat in history.summaries() if chat.kind in KINDS and chat.messages]
        return [(f"{chat.name or 'No name'} (group)" if chat.kind is ChatKind.GROUP else chat.name or "No name", chat.id) for chat in chats]

    def of(self, chat_id: int | None) -> Figures:
        """The figures of a chat, or of all of them together. Raises HistoryError."""
        with self._lock:  # two that ask for the same wait for one another
            mark = tuple(
                (found.stat().st_mtime_ns, found.stat().st_size) for found in (self._path, self._path.with_name(f"{self._path.name}-wal")) if found.exists()
            )
            if mark != self._mark:
                self._mark, self._kept = mark, {}
            if chat_id not in self._kept:
                with open_history(self._path) as history:
                    self._kept[chat_id] = figures(_chats(history, chat_id), history.me)
            return self._kept[chat_id]


def _chats(history: History, chat_id: int | None) -> Iterator[tuple[bool, Iterable[Row]]]:
    for chat in history.chats():
        if chat.kind in KINDS and chat_id in (None, chat.id):
            yield chat.kind is ChatKind.PERSONAL, history.rows(chat.id)
