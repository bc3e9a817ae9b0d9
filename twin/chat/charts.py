"""Small charts as HTML and inline SVG: bars, heat maps, a line, a list of what is most. Colours are tabs.css's, so light and dark are the page's.

Widths are shares of whatever place there is, texts keep their size, so a phone shows the same chart. Each chart says what it shows in words (for those who
do not see it), names the number behind every mark, and has all of them as a table. Nothing is fetched. Not here: where the numbers come from.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

_HEIGHT = 132
"""Pixels of the bars' tallest."""
_LEVELS = 4
"""Shades of a heat map, beside that of nothing."""
_POINTS = 240
"""Points of a line at most: more cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one sort.

    Attributes:
        style: The class that colours it: "mine", "theirs", "train" or "validation".
    """

    name: str
    values: Sequence[float]
    style: str


def bars(title: str, says: str, labels: Sequence[str], series: Sequence[Series], *, ticks: Sequence[str] = (), shares: bool = False) -> str:
    """Bars side by side, a group for each label.

    Args:
        title: What the chart shows.
        says: What it comes to, in a sentence.
        labels: The groups by their whole names, for the table and the marks.
        series: Each with a value for each label.
        ticks: What stands below each group, where labels are too many or too long; "" for nothing.
        shares: Show each series as shares of its own sum, so that two of different size can be compared.
    """
    parts = [[value / (sum(one.values) or 1) for value in one.values] if shares else list(one.values) for one in series]
    highest = max((value for values in parts for value in values), default=0) or 1
    slot = 100 / max(1, len(labels))
    width = slot * (0.82 if len(labels) > 1 else 0.4) / max(1, len(series))
    marks = []
    for number, (one, values) in enumerate(zip(series, parts, strict=True)):
        for place, value in enumerate(values):
            if not value:
                continue
            height = max(1.5, _HEIGHT * value / highest)
            left = place * slot + (slot - width * len(series)) / 2 + number * width
            told = f"{labels[place]}: {_share(value) if shares else _number(value)} {one.name}"
            marks.append(
                f'<rect class="{one.style}" x="{left:.3f}%" y="{_HEIGHT - height:.1f}" width="{width * 0.94:.3f}%" height="{height:.1f}" rx="2">'
                f"<title>{html.escape(told)}</title></rect>"
            )
    below = "".join(
        f'<text class="tick" x="{(place + 0.5) * slot:.3f}%" y="{_HEIGHT + 15}" text-anchor="middle">{html.escape(tick)}</text>'
        for place, tick in enumerate(ticks or labels)
        if tick
    )
    drawing = (
        f'<svg role="img" aria-label="{html.escape(f"{title}. {says}")}" width="100%" height="{_HEIGHT + 20}">'
        f'{"".join(marks)}<line class="axis" x1="0" x2="100%" y1="{_HEIGHT}.5" y2="{_HEIGHT}.5"/>{below}</svg>'
    )
    rows = [[label, *(_share(values[place]) if shares else _number(values[place]) for values in parts)] for place, label in enumerate(labels)]
    return figure(
        title, says, (legend([(one.style, one.name) for one in series]) if len(series) > 1 else "") + drawing, ["", *(one.name for one in series)], rows
    )


def heat(
    title: str,
    says: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    ticks: Sequence[str] = (),
    names: Sequence[Sequence[str]] | None = None,
    unit: str = "messages",
    cell: int = 17,
) -> str:
    """A map of shaded cells.

    Args:
        title: What the chart shows.
        says: What it comes to, in a sentence.
        rows: Their names, on the left; "" for none.
        columns: Their whole names.
        values: A value for each row and column; None where there is no such cell.
        ticks: What stands below each column, "" for nothing.
        names: What each cell is called, where row and column do not say it.
        unit: What is counted.
        cell: Pixels of a cell's height.
    """
    highest = max((value for row in values for value in row if value), default=0) or 1
    slot = 100 / max(1, len(columns))
    marks = []
    for down, row in enumerate(values):
        for across, value in enumerate(row):
            if value is None:
                continue
            level = 0 if not value else max(1, math.ceil(_LEVELS * math.sqrt(value / highest)))
            name = names[down][across] if names else f"{rows[down]} {columns[across]}"
            marks.append(
                f'<rect class="heat{level}" x="{across * slot:.3f}%" y="{down * cell}" width="{slot * 0.88:.3f}%" height="{cell - 2}" rx="2.5">'
                f"<title>{html.escape(name)}: {_number(value)} {unit}</title></rect>"
            )
    height = len(rows) * cell
    below = "".join(
        f'<text class="tick" x="{(across + 0.44) * slot:.3f}%" y="{height + 13}" text-anchor="middle">{html.escape(tick)}</text>'
        for across, tick in enumerate(ticks or columns)
        if tick
    )
    beside = "".join(f'<span style="height:{cell}px">{html.escape(row)}</span>' for row in rows)
    drawing = (
        f'<div class="heat"><div class="rows" aria-hidden="true">{beside}</div>'
        f'<svg role="img" aria-label="{html.escape(f"{title}. {says}")}" width="100%" height="{height + 18}">{"".join(marks)}{below}</svg></div>'
    )
    table = [[name, *("" if value is None else _number(value) for value in row)] for name, row in zip(rows, values, strict=True)]
    return figure(title, says, drawing, ["", *columns], table)


def line(title: str, says: str, series: Sequence[Series], steps: Sequence[Sequence[float]]) -> str:
    """Lines over steps that need not be the same for each.

    Args:
        title: What the chart shows.
        says: What it comes to, in a sentence.
        series: The values; a series of style "validation" has its points marked.
        steps: For each series the step of each value, rising.
    """
    thinned = [_thinned(at, one.values) for at, one in zip(steps, series, strict=True)]
    values = [value for points in thinned for _, value in points]
    if not values:
        return figure(title, says, "", [], [])
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or 0.1
    low, high = max(low - room, min(low, 0.0)), high + room
    last = max(at for points in thinned for at, _ in points) or 1
    marks = []
    for one, points in zip(series, thinned, strict=True):
        placed = [(100 * at / last, 100 * (high - value) / (high - low)) for at, value in points]
        path = "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in placed)
        marks.append(
            f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="{_HEIGHT}">'
            f'<path class="line {one.style}" d="{path}" vector-effect="non-scaling-stroke"/></svg>'
        )
        if one.style == "validation" or len(points) == 1:
            marks += [
                f'<circle class="{one.style}" cx="{x:.2f}%" cy="{y * _HEIGHT / 100:.1f}" r="3.5"><title>step {at:,.0f}: {value:.3f} {html.escape(one.name)}'
                "</title></circle>"
                for (x, y), (at, value) in zip(placed, points, strict=True)
            ]
    drawing = (
        f'<div class="heat"><div class="rows ends" aria-hidden="true" style="height:{_HEIGHT}px"><span>{high:.2f}</span><span>{low:.2f}</span></div>'
        f'<svg role="img" aria-label="{html.escape(f"{title}. {says}")}" width="100%" height="{_HEIGHT + 18}">{"".join(marks)}'
        f'<line class="axis" x1="0" x2="100%" y1="{_HEIGHT}.5" y2="{_HEIGHT}.5"/>'
        f'<text class="tick" x="0" y="{_HEIGHT + 15}">0</text>'
        f'<text class="tick" x="100%" y="{_HEIGHT + 15}" text-anchor="end">step {last:,.0f}</text></svg></div>'
    )
    rows = [[f"{at:,.0f}", one.name, f"{value:.4f}"] for one, points in zip(series, thinned, strict=True) for at, value in points]
    return figure(title, says, legend([(one.style, one.name) for one in series]) + drawing, ["step", "", "loss"], rows)


def ranking(title: str, says: str, counted: Sequence[tuple[str, int, str]], *, big: bool = False) -> str:
    """What there is most of, longest first: each with its number and what else is said of it. `big` is for emoji."""
    highest = max((count for _, count, _ in counted), default=1)
    items = "".join(
        f'<li title="{html.escape(told)}"><span class="what">{html.escape(what)}</span>'
        f'<span class="much"><i style="width:{100 * count / highest:.1f}%"></i></span><span class="count">{count:,}</span></li>'
        for what, count, told in counted
    )
    return _figure(title, says, f'<ol class="ranking{" big" if big else ""}">{items}</ol>')


def stack(title: str, says: str, parts: Sequence[tuple[str, float, str]]) -> str:
    """One bar made of parts: each with its name, its size, and the size in words."""
    total = sum(size for _, size, _ in parts) or 1
    bar = "".join(
        f'<i class="part{number % 6}" style="width:{100 * size / total:.2f}%" title="{html.escape(f"{name}: {told}")}"></i>'
        for number, (name, size, told) in enumerate(parts)
    )
    keys = "".join(
        f'<li><i class="part{number % 6}"></i>{html.escape(name)}<span class="count">{html.escape(told)}</span></li>'
        for number, (name, _, told) in enumerate(parts)
    )
    return _figure(title, says, f'<div class="stack" aria-hidden="true">{bar}</div><ul class="keys">{keys}</ul>')


def legend(keys: Sequence[tuple[str, str]]) -> str:
    """What the colours mean: (style, name) of each."""
    return '<p class="legend">' + "".join(f'<span><i class="{style}"></i>{html.escape(name)}</span>' for style, name in keys) + "</p>"


def figure(title: str, says: str, drawing: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A drawing (HTML) with its title, what it comes to, and its numbers as a table to open."""
    return _figure(title, says, drawing + (f"<details><summary>As a table</summary>{table(head, rows)}</details>" if rows else ""))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts; the first column names the row."""
    top = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    lines = "".join(f'<tr><th scope="row">{html.escape(row[0])}</th>{"".join(f"<td>{html.escape(text)}</td>" for text in row[1:])}</tr>' for row in rows if row)
    return f'<div class="table"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>'


def _figure(title: str, says: str, inside: str) -> str:
    return f'<figure class="chart"><figcaption><h3>{html.escape(title)}</h3><p>{html.escape(says)}</p></figcaption>{inside}</figure>'


def _thinned(steps: Sequence[float], values: Sequence[float]) -> list[tuple[float, float]]:
    """At most _POINTS points: means of as many neighbours as that takes, each at the last one's step."""
    size = max(1, math.ceil(len(values) / _POINTS))
    groups = [range(start, min(start + size, len(values))) for start in range(0, len(values), size)]
    return [(steps[group[-1]], sum(values[number] for number in group) / len(group)) for group in groups]


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _share(value: float) -> str:
    return f"{value:.0%}"
