"""The report's own drawings as inline SVG: a radar, a bar of a share, a band with marks in it. The colours are report.css's, by class.

Whose mark it is shows in its form, too, and not in its colour alone. What a drawing shows stands beside it in words. Not here: lines (chat/charts.py).
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 420, 370
_CENTRE = (210.0, 186.0)
_RADIUS, _INNER = 122.0, 26.0
"""Where the share is 1, and where it is 0: a stranger is a small polygon, and no point."""
_OVER = 1.12
"""Shares beyond this are drawn here."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """One polygon of a radar.

    Attributes:
        style: The class that draws it: "twin", "person", "base" or "another".
        shares: At each axis.
    """

    style: str
    shares: Sequence[float]


def radar(says: str, axes: Sequence[tuple[str, str]], polygons: Sequence[Polygon]) -> str:
    """Shares of several measures: 0 near the middle, 1 outside, and a ring at every quarter between.

    Args:
        says: What it shows, for those who do not see it.
        axes: Each with its name and what stands below that. Three or more.
        polygons: The first lies undermost.
    """
    spokes = "".join(f'<line class="spoke" {_line(_at(place, len(axes), 0), _at(place, len(axes), 1))}/>' for place in range(len(axes)))
    rings = "".join(f'<polygon class="ring" points="{_points([share] * len(axes))}"/>' for share in (0.25, 0.5, 0.75))
    drawn = "".join(_polygon(polygon) for polygon in polygons)
    names = "".join(_name(place, len(axes), name, below) for place, (name, below) in enumerate(axes))
    return f'<svg class="radar" role="img" aria-label="{html.escape(says)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{rings}{spokes}{drawn}{names}</svg>'


def _polygon(polygon: Polygon) -> str:
    places = [_at(place, len(polygon.shares), share) for place, share in enumerate(polygon.shares)]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>' for x, y in places) if polygon.style == "twin" else ""
    return f'<g class="{polygon.style}"><polygon class="shape" points="{_points(polygon.shares)}"/>{dots}</g>'


def _name(place: int, count: int, name: str, below: str) -> str:
    x, y = _at(place, count, 1, further=17)
    across, down = math.sin(2 * math.pi * place / count), -math.cos(2 * math.pi * place / count)
    anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
    top = y - (13 if down < -0.9 else 4 if down < 0.5 else -6)
    return (
        f'<text class="axis" x="{x:.1f}" y="{top:.1f}" text-anchor="{anchor}">{html.escape(name)}'
        f'<tspan class="value" x="{x:.1f}" dy="1.25em">{html.escape(below)}</tspan></text>'
    )


def _at(place: int, count: int, share: float, *, further: float = 0.0) -> tuple[float, float]:
    """Where a share lies on an axis, the first of which points up."""
    length = max(0.0, _INNER + (_RADIUS - _INNER) * min(share, _OVER)) + further
    angle = 2 * math.pi * place / count
    return _CENTRE[0] + length * math.sin(angle), _CENTRE[1] - length * math.cos(angle)


def _points(shares: Sequence[float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(place, len(shares), share) for place, share in enumerate(shares)))


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    return f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'


def track(says: str, share: float, *, big: bool = False) -> str:
    """How far something has come from 0 to 1: a bar with a mark at its end. What lies beyond is drawn at the end that it lies beyond."""
    percent = 100 * min(1.0, max(0.0, share))
    return (
        f'<svg class="track{" big" if big else ""}" role="img" aria-label="{html.escape(says)}" width="100%" height="{28 if big else 14}">'
        f'<rect class="rail" x="0" y="{12 if big else 5}" width="100%" height="4" rx="2"/>'
        f'<rect class="gone" x="0" y="{12 if big else 5}" width="{percent:.2f}%" height="4" rx="2"/>'
        f'<circle class="mark" cx="{percent:.2f}%" cy="{14 if big else 7}" r="{9 if big else 5}"/></svg>'
    )


def band(says: str, low: float, high: float, *, person: float, twin: float, base: float = math.nan) -> str:
    """A range with marks in it or outside: the person a line, the twin a disc, the base a ring; a base that is far away stands at the end."""
    room = max(high - low, max(high, person, twin) - min(low, person, twin)) * 0.3 or 1.0
    least, most = min(low, person, twin) - room, max(high, person, twin) + room

    def at(value: float) -> float:
        return 100 * min(1.0, max(0.0, (value - least) / (most - least)))

    ring = f'<circle class="base" cx="{at(base):.2f}%" cy="11" r="5"/>' if math.isfinite(base) else ""
    return (
        f'<svg class="band" role="img" aria-label="{html.escape(says)}" width="100%" height="22">'
        '<rect class="rail" x="0" y="9.5" width="100%" height="3" rx="1.5"/>'
        f'<rect class="range" x="{at(low):.2f}%" y="5" width="{max(1.0, at(high) - at(low)):.2f}%" height="12" rx="3"/>'
        f'<rect class="person" x="{at(person):.2f}%" y="3" width="2.5" height="16"/>{ring}<circle class="twin" cx="{at(twin):.2f}%" cy="11" r="5.5"/></svg>'
    )
