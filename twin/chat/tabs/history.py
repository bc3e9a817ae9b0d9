"""The tab "Your history": when the person writes, how long, how fast, and in what words, in all chats or one.

It shows the names that are in history, with --reveal and without: it is the person's own history, in their own browser, which no twin reads or is shown,
and those of chats that take no part in the dataset have no other name. Not here: counting (chat/figures.py), drawing (chat/charts.py).
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import gradio as gr

from twin.chat.charts import Series, bars, heat, ranking
from twin.chat.figures import Figures, Shown, binned, median, unusual
from twin.chat.tabs.parts import EVENT, intro, missing, notice, this_tab
from twin.errors import HistoryError, duration
from twin.workspace import Workspace

_ALL = 0
"""In the list of chats: all of them. No chat has this id."""
_DAYS = tuple(calendar.day_abbr)
_WEEKS = 53
_WORDS, _EMOJI = 14, 12
_LENGTHS = ((6, 11, 21, 41, 81, 161), ("1–5", "6–10", "11–20", "21–40", "41–80", "81–160", "161+"))
_DELAYS = ((10, 60, 300, 900, 3600, 14400), ("10 s", "1 min", "5 min", "15 min", "1 h", "4 h", "1 day"))
"""Each by the end of its bin."""
_BURSTS = ((2, 3, 4, 5, 6), ("1", "2", "3", "4", "5", "6+"))


class HistoryTab:
    """The tab; its argument is that of `draw`."""

    def __init__(self, place: Workspace) -> None:
        self._place = place
        self._shown = Shown(place.history)

    def draw(self) -> None:
        """Makes the components and ties to them what they do."""
        tab = this_tab()
        with gr.Column(elem_id="history", elem_classes="sheet"):
            with gr.Row(elem_classes="head"):
                intro("Your history", "What you have written and been written, counted on this computer and by its clock. Forwards are nobody’s own words.")
                self._chat = gr.Dropdown([("All chats", _ALL)], value=_ALL, label="Chat", visible=False, elem_id="history-chat", min_width=180)
            self._charts = gr.HTML(notice("One moment…", busy=True), elem_id="history-charts", padding=False)
        tab.select(self._open, self._chat, [self._chat, self._charts], **EVENT)
        self._chat.input(self._choose, self._chat, self._charts, **EVENT)

    def _open(self, chat: int) -> Iterator[dict[Any, Any]]:
        """Fills the tab when it is seen; what was counted before is there at once."""
        if not self._place.history.exists():
            yield {self._charts: missing("twin export, or twin import result.json")}
            return
        try:
            chats = self._shown.chats()
        except HistoryError as error:
            yield {self._charts: notice(str(error), failed=True)}
            return
        if not chats:
            yield {self._charts: missing("twin export, or twin import result.json")}
            return
        chosen = chat if chat in {number for _, number in chats} else _ALL
        yield {self._chat: gr.update(choices=[("All chats", _ALL), *chats], value=chosen, visible=True)}
        for drawn in self._choose(chosen):
            yield {self._charts: drawn}

    def _choose(self, chat: int) -> Iterator[str]:
        """The charts of a chat."""
        yield notice("Counting…", busy=True)
        try:
            yield _charts(self._shown.of(None if chat == _ALL else chat))
        except HistoryError as error:
            yield notice(str(error), failed=True)


def _charts(found: Figures) -> str:
    if not found.messages:
        return notice("There are no messages in it.")
    mine, theirs = found.mine, found.theirs
    parts = [_tiles(found), _calendar(found), _week(found), _hours(found), _months(found)]
    if mine.lengths:
        parts.append(
            _pair(
                "Length of a message",
                f"Characters. Half of yours have {median(mine.lengths):.0f} or fewer{_theirs(median(theirs.lengths), '')}.",
                *_LENGTHS,
                mine.lengths,
                theirs.lengths,
            )
        )
    if mine.delays or theirs.delays:
        yours = duration(median(mine.delays)) if mine.delays else "nothing yet"
        others = duration(median(theirs.delays)) if theirs.delays else "nothing yet"
        parts.append(
            _pair(
                "Time to a reply",
                f"Within 10 s, 1 min and so on, in chats of two. The middle: {yours} for you, {others} for them.",
                *_DELAYS,
                mine.delays,
                theirs.delays,
            )
        )
    if mine.bursts:
        more = 1 - mine.bursts[1] / mine.bursts.total()
        parts.append(_pair("Messages in a row", f"You send more than one before the next answer {more:.0%} of the time.", *_BURSTS, mine.bursts, theirs.bursts))
    words = unusual(mine.words, theirs.words, _WORDS) if theirs.words else [(word, count, 0) for word, count in mine.words.most_common(_WORDS)]
    if words:
        words.sort(key=lambda word: -word[1])
        told = "What tells you from them: said far more by you." if theirs.words else "What you say most."
        parts.append(ranking("Your words", told, [(word, said, f"{word}: {said:,} times by you, {heard:,} by them") for word, said, heard in words]))
    if emoji := mine.emoji.most_common(_EMOJI):
        every = round(mine.messages / mine.emoji.total())
        told = f"{mine.emoji.total():,} in all, about one in {every} messages." if every > 1 else f"{mine.emoji.total():,} in all."
        parts.append(ranking("Your emoji", told, [(one, count, f"{one}: {count:,} times") for one, count in emoji], big=True))
    return f'<div class="charts">{"".join(parts)}</div>'


def _tiles(found: Figures) -> str:
    first, last = min(found.days), max(found.days)
    active = sum(bool(mine) for mine, _ in found.days.values())
    tiles = [
        (f"{found.messages:,}", "messages"),
        (f"{found.mine.messages:,}", "of them yours"),
        (f"{active:,}", f"days on which you wrote, of {(last - first).days + 1:,}"),
        (f"{found.chats:,}", "chats") if found.chats > 1 else (_month(first), "the first"),
        (_month(last), "the newest") if found.chats == 1 else (f"{_month(first)} – {_month(last)}", "from first to newest"),
    ]
    return '<dl class="tiles">' + "".join(f"<div><dd>{number}</dd><dt>{what}</dt></div>" for number, what in tiles) + "</dl>"


def _calendar(found: Figures) -> str:
    last = max(found.days)
    monday = last - timedelta(days=last.weekday(), weeks=_WEEKS - 1)
    weeks = [monday + timedelta(weeks=number) for number in range(_WEEKS)]
    values: list[list[float | None]] = []
    names: list[list[str]] = []
    for weekday in range(7):
        days = [week + timedelta(days=weekday) for week in weeks]
        values.append([float(found.days.get(day, (0, 0))[0]) if day <= last else None for day in days])
        names.append([f"{_DAYS[weekday]} {_day(day)}" for day in days])
    ticks = [calendar.month_abbr[week.month] if week.day <= 7 and week.month % 2 else "" for week in weeks]
    year = Counter({day: counts[0] for day, counts in found.days.items() if monday <= day and counts[0]})
    told = f"Your messages by day. The most were {year.most_common(1)[0][1]:,}, on {_day(year.most_common(1)[0][0])}." if year else "You wrote nothing in it."
    rows = ["Mon", "", "Wed", "", "Fri", "", ""]
    return _wide(heat("The last year", told, rows, [_day(week) for week in weeks], values, ticks=ticks, names=names, cell=15))


def _week(found: Figures) -> str:
    values = [[float(hour[0]) for hour in day] for day in found.hours]
    best = max((values[day][hour], -day, -hour) for day in range(7) for hour in range(24))
    told = f"Your messages by weekday and hour. Most: {calendar.day_name[-best[1]]}s at {-best[2]:02}:00." if best[0] else "You wrote nothing."
    return heat("Your week", told, _DAYS, [f"{hour:02}:00" for hour in range(24)], values, ticks=_HOURS)


def _hours(found: Figures) -> str:
    sides = [[sum(day[hour][side] for day in found.hours) for hour in range(24)] for side in (0, 1)]
    night = sum(sides[0][:5]) / (sum(sides[0]) or 1)
    told = f"Share of each side’s messages. {f'{night:.0%}' if night >= 0.005 else 'Hardly any'} of yours come between midnight and 5:00."
    return bars("Hours of the day", told, [f"{hour:02}:00" for hour in range(24)], _both(*sides), ticks=_HOURS, shares=True)


_HOURS = [f"{hour}" if hour % 6 == 0 else "" for hour in range(24)]


def _months(found: Figures) -> str:
    months = found.months()
    names = list(months)
    every = max(1, -(-len(names) // 6))
    ticks = [_month(date.fromisoformat(f"{name}-01")) if number % every == every // 2 else "" for number, name in enumerate(names)]
    most = max(months, key=lambda name: months[name][0])
    told = f"You wrote most in {_month(date.fromisoformat(f'{most}-01'))}: {months[most][0]:,} messages."
    labels = [_month(date.fromisoformat(f"{name}-01")) for name in names]
    return bars("By month", told, labels, _both([mine for mine, _ in months.values()], [theirs for _, theirs in months.values()]), ticks=ticks)


def _pair(title: str, says: str, edges: tuple[int, ...], labels: Sequence[str], mine: Counter[int], theirs: Counter[int]) -> str:
    return bars(title, says, labels, _both(binned(mine, edges), binned(theirs, edges)), shares=True)


def _both(mine: Sequence[float], theirs: Sequence[float]) -> list[Series]:
    return [Series("you", mine, "mine"), *([Series("they", theirs, "theirs")] if any(theirs) else [])]


def _theirs(number: float, unit: str) -> str:
    return f", of theirs {number:.0f}{unit}" if number else ""


def _month(day: date) -> str:
    return f"{calendar.month_abbr[day.month]} {day.year}"


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def _wide(chart: str) -> str:
    return chart.replace('class="chart"', 'class="chart wide"', 1)


def draw(place: Workspace) -> None:
    """Draws the tab, within a gr.Tab. It is filled when that is chosen.

    Args:
        place: Whose history.db is shown.
    """
    HistoryTab(place).draw()
