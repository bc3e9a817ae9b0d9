"""WhatsApp's stamps -> seconds of UTC. The order of day, month and year is the exporting phone's, and has to be found out.

A stamp is local time, taken to be this machine's. Years are those of the Christian era: a Buddhist or Persian calendar is not known.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from twin.errors import ExportFileError
from twin.export.whatsapp_lines import EVENING, MORNING

_NUMBERS = re.compile(r"(\d+)\D+(\d+)\D+(\d+)\D+(\d+)\D(\d+)(?:\D(\d+))?")
_LETTERS = re.compile(r"[^\W\d]+")
_CACHED = 100_000
"""Stamps kept; each takes some 200 bytes."""
_DATE_LENGTH = 13
"""Characters that hold the whole date."""
_QUARTER = 900
"""Seconds: zones change their offset at full quarters of an hour."""
_DISORDER = 60
"""Seconds by which neighbours may lie in the wrong order without the clock having been set back."""


class Order(NamedTuple):
    """Where the year, the month and the day stand among a date's three numbers."""

    name: str
    year: int
    month: int
    day: int


ORDERS = (Order("day first", 2, 1, 0), Order("month first", 2, 0, 1), Order("year first", 0, 1, 2))
"""In the order in which they are believed where nothing tells them apart."""


class Stamp(NamedTuple):
    """A stamp's numbers, before it is known which is which.

    Attributes:
        numbers: The three of the date, as written.
        clock: The time of day, or None where there is no such time.
        year_first: Whether a year of four digits says so.
    """

    numbers: tuple[int, int, int]
    clock: time | None
    year_first: bool


def read_stamp(text: str) -> Stamp:
    """The numbers in a stamp of the form that whatsapp_lines knows."""
    found = _NUMBERS.search(text)
    if found is None:
        return Stamp((0, 0, 0), None, False)
    first, second, third, *clock = found.groups("0")
    words = "".join(_LETTERS.findall(text)).casefold()
    return Stamp((int(first), int(second), int(third)), _clock(int(clock[0]), int(clock[1]), int(clock[2]), words), len(first) == 4)


def _clock(hour: int, minute: int, second: int, words: str) -> time | None:
    evening = words.endswith(EVENING) or words.startswith(EVENING)
    if evening or words.endswith(MORNING) or words.startswith(MORNING):
        if hour > 12:
            return None
        hour = hour % 12 + 12 * evening
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def day_of(stamp: Stamp, order: Order) -> date | None:
    """The day that a stamp means in an order; None where there is no such day."""
    place = ORDERS[2] if stamp.year_first else order
    year = stamp.numbers[place.year]
    try:
        return date(year + 2000 if year < 100 else year, stamp.numbers[place.month], stamp.numbers[place.day])
    except ValueError:
        return None


class Evidence:
    """What the dates of a file say about their order."""

    def __init__(self) -> None:
        self._readings = [_Reading(order) for order in ORDERS]
        self._last = ""

    def add(self, text: str, offset: int) -> None:
        """Takes note of the next stamp and of where it stands."""
        beginning = text[:_DATE_LENGTH]
        if beginning == self._last:
            return
        self._last = beginning
        stamp = read_stamp(text)
        for reading in self._readings:
            reading.add(stamp, text, offset)

    def order(self, name: str, *, salvage: bool) -> Order:
        """The order in which every date exists; of several, the one in which they go back least, then the one that spreads them least.

        Args:
            name: The file, for errors.
            salvage: Take the order in which the most dates exist.

        Raises:
            ExportFileError: There is no order in which every date exists.
        """
        best = min(self._readings, key=lambda reading: (reading.wrong, reading.back, reading.spread()))
        if best.wrong and not salvage:
            places = sorted({reading.example for reading in self._readings})
            shown = " and ".join(f"{text!r} at byte {offset}" for offset, text in places[:2])
            raise ExportFileError(f"{name}: in no order of day and month are all of its dates right: {shown}; export the chat again")
        return best.order


class _Reading:
    """How the dates look in one order."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.wrong = 0
        self.example = (0, "")
        self.back = 0
        self._days: tuple[date, date, date] | None = None  # the first in time, the last in time, the latest read

    def add(self, stamp: Stamp, text: str, offset: int) -> None:
        day = day_of(stamp, self.order)
        if day is None or stamp.clock is None:
            if not self.wrong:
                self.example = (offset, text)
            self.wrong += 1
            return
        first, last, before = self._days or (day, day, day)
        self.back += day < before - timedelta(days=1)
        self._days = (min(first, day), max(last, day), day)

    def spread(self) -> int:
        return (self._days[1] - self._days[0]).days if self._days else 0


class Clock:
    """Turns the stamps of a file, in their order, into seconds of UTC."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._known: dict[str, tuple[int, int] | None] = {}
        self._quarters: dict[tuple[date, int], tuple[int, int]] = {}
        self._before: int | None = None

    def seconds(self, text: str) -> int | None:
        """The seconds of the next stamp; None where it is no date.

        In the hour that autumn has twice, the later one is meant as soon as the stamps go back.
        """
        if text not in self._known:
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[text] = self._both(text)
        both = self._known[text]
        if both is None:
            return None
        early, late = both
        if early < late and self._before is not None and early < self._before - _DISORDER and late <= self._before + 7200:
            early = late
        self._before = early
        return early

    def _both(self, text: str) -> tuple[int, int] | None:
        stamp = read_stamp(text)
        day = day_of(stamp, self._order)
        if day is None or stamp.clock is None:
            return None
        of_day = stamp.clock.hour * 3600 + stamp.clock.minute * 60 + stamp.clock.second
        try:
            early, late = self._starts(day, of_day // _QUARTER)
        except (OverflowError, OSError, ValueError):
            return None
        return early + of_day % _QUARTER, late + of_day % _QUARTER

    def _starts(self, day: date, quarter: int) -> tuple[int, int]:
        """When a quarter of an hour begins, in the first and the second of two equal hours."""
        if (day, quarter) not in self._quarters:
            if len(self._quarters) >= _CACHED:
                self._quarters.clear()
            local = datetime.combine(day, time(quarter // 4, quarter % 4 * 15))  # of no zone but this machine's
            first, second = (int(local.replace(fold=fold).astimezone(UTC).timestamp()) for fold in (0, 1))
            self._quarters[day, quarter] = first, second
        return self._quarters[day, quarter]
