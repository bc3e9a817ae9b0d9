"""The scorecard in a terminal: the headline, and a table that fits into 100 columns. All of it is in report.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.evaluate.intervals import Value
from twin.evaluate.measured import ANOTHER, BASE, PERSON, TWIN
from twin.evaluate.report import headline
from twin.evaluate.table import Standing, metric_of, standing, values_of

_SIGNS = {Standing.REACHED: "yes", Standing.NEAR: "nearly", Standing.MISSED: "no", None: ""}
_COLUMNS = {ANOTHER: "stranger", BASE: "base", TWIN: "twin", PERSON: "you"}


def lines(report: Mapping[str, Any]) -> list[str]:
    """What a person reads: the headline, what was measured on, a line for each metric with the twin's interval, and what was left out."""
    values = values_of(report)
    sizes = report["sizes"]
    cells = [["", *_COLUMNS.values(), "95 % of the twin", "aim", "reached"]]
    for name, rows in values.items():
        metric = metric_of(name)
        differences = {pair: Value.from_json(one) for pair, one in report["differences"].get(name, {}).items()}
        sure = f"{metric.shown(rows[TWIN].low)} to {metric.shown(rows[TWIN].high)}" if TWIN in rows else ""
        shown = [metric.shown(rows[row].value) if row in rows else "" for row in _COLUMNS]
        cells.append([metric.title, *shown, sure, metric.aim_says.partition(",")[0].partition(";")[0], _SIGNS[standing(metric, rows, differences)]])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    table = [
        "  ".join(cell.rjust(width) if 0 < place < 6 else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    ]
    measured = f"measured on {sizes['exchanges']:,} replies in {sizes['conversations']:,} conversations that {report['run']} has not seen"
    left_out = [f"left out: {_called(name)}: {why}" for name, why in report["left_out"].items()]
    return [headline(report), "", *(line.rstrip() for line in table), "", measured, *left_out]


def _called(name: str) -> str:
    """A metric by its title, with the row that it lacks."""
    metric, of, row = name.partition(" of ")
    return f"{metric_of(metric).title}{of}{row}" if not name.startswith("row ") else name
