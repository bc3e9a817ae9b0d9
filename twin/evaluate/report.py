"""report.html: how much of the person is in the twin, on one page that they would show to a friend.

The page is one file without a script and asks for nothing. Whatever anybody has said, or is called, is text in it. Its looks are report.css's.

Not here: measuring, what to do next (advice.py), report.json (scorecard.py), and the drawings (drawing.py, chat/charts.py).
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from twin.chat.charts import Series, line
from twin.config import Config
from twin.evaluate.advice import FORGOTTEN, feature
from twin.evaluate.curves import Curves
from twin.evaluate.drawing import Polygon, band, radar, track
from twin.evaluate.intervals import Value
from twin.evaluate.measured import ANOTHER, PERSON, ROWS, TWIN, Reply
from twin.evaluate.table import ROW_NAMES, Metric, Standing, metric_of, number, shares_of, standing, values_of, way
from twin.schema import Turn
from twin.workspace import write_text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TURNS = 4
"""Turns before a reply that are shown, at most."""
_KEPT = "\n\u00a0\u200c\u200d"
"""What no sign is and stays all the same: ends of lines, spaces that hold, and what joins the parts of an emoji or keeps letters of a word apart. All else of
that sort could turn its surroundings around, or is no character at all."""
_KNOB = re.compile(rf"\b(?:{'|'.join(Config.model_fields)})\.[a-z_]+(?: = (?:\"[^\"]*\"|[\d.]*\d))?|\btwin (?:export|prepare|train|evaluate)(?: --[a-z]+)*")
"""A knob with its value, or a command, in a sentence of advice."""
_NOTHING = '<p class="quiet">(nothing)</p>'
_SIGNS = {Standing.REACHED: "✓", Standing.NEAR: "≈", Standing.MISSED: "✗"}
_VERDICTS = {"leaks": ("missed", "✗", "It leaks."), "none found": ("reached", "✓", "Nothing found."), "can tell nothing": ("near", "≈", "It could not tell.")}
_METHOD = """<p>On your newest messages and some whole chats that were kept aside: nothing was learned from them, and nothing was chosen by them. All rows
answer the same messages. A stranger is another person of the same data; the base is shown none of your messages, or some as examples; your
nearest past reply is found by what was said to you; you are your own other messages, which is as near as anything can come. Your nearest past
reply is your own text, and sounds like you in any case: it is to be beaten in what would be written and in what is said.</p>
<p>Style is compared in bags of 20 messages of about the same lengths. Ranges are of a bootstrap over conversations, percentiles of 95 %. The
headline is the mean, over its measures, of (twin − stranger) / (you − stranger), each between 0 and 100 %.</p>"""
_REFERENCES = (
    (
        "A twin of 8 billion parameters, with a memory, is taken for the person in 44 % of blind chats of three minutes; the best prompting in 25 %.",
        "2504.04332",
    ),
    ("Twins trained on ten years of private messages pass with strangers, not with acquaintances.", "2603.01289"),
    ("Classifiers still tell 70 to 80 % of such texts after every calibration; what sounds more human says less of what was meant.", "2511.04195"),
    ("Which of four replies is the real one, the best prompted model knows in about 50 %; chance is 25 %.", "2510.25536"),
    ("A single message says too little about who wrote it: about 20 together are compared here.", "2003.11545"),
)
"""Published figures to hold one's own against, each with its number at arXiv."""


class Example(NamedTuple):
    """A held-out exchange and the twin's own answer to it."""

    context: Sequence[Turn]
    contact: str
    real: Reply
    twin: Reply


def write_page(
    path: Path,
    report: Mapping[str, Any],
    examples: Iterable[Example] = (),
    lines: Iterable[Mapping[str, Any]] = (),
    advice: Sequence[str] = (),
) -> None:
    """Writes the page, readable by the person alone.

    Args:
        path: Where.
        report: report.json; whatever was not measured is left out.
        examples: Some exchanges of the test split.
        lines: Those of the run's metrics.jsonl (twin.chat.job.metrics).
        advice: What to do next (advice.advise).
    """
    write_text(path, page(report, examples, lines, advice))


def page(report: Mapping[str, Any], examples: Iterable[Example], lines: Iterable[Mapping[str, Any]], advice: Sequence[str]) -> str:
    """The page's text; `write_page` has the arguments."""
    values = values_of(report)
    parts = [
        _headline(report),
        _made_of(report, values),
        _examples(list(examples)),
        _advice(advice),
        _table(report, values),
        _habits(report.get("features", {})),
        _learning(Curves.of(lines)),
        _general(report.get("general", {})),
        _leaks(report.get("leaks", {})),
        _how(report),
    ]
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>How much is it you?</title><style>{style}</style></head><body><main>
{"".join(part for part in parts if part)}
</main></body></html>
"""
    return "".join(sign if sign.isprintable() or sign in _KEPT else " " for sign in text)


def headline(report: Mapping[str, Any]) -> str:
    """What it all comes to, in a sentence."""
    share = way(report)
    if share is None:
        return "How close your twin is to you cannot be told yet."
    if round(share, 2) <= 0:
        return "So far your twin is no closer to you than a stranger is."
    return f"Your twin is {_percent(share)} of the way from a stranger to you."


def _headline(report: Mapping[str, Any]) -> str:
    share, sizes, count = way(report), report.get("sizes", {}), len(shares_of(report))
    seen = " in ".join(f"{sizes[name]:,} {word}" for name, word in (("exchanges", "replies"), ("conversations", "conversations")) if sizes.get(name))
    told = f"The mean of {count} measure{'s' * (count != 1)}{f', on {seen} that it has never seen' if seen else ''}."
    if not count:
        told = "None of the measures that this takes could be taken; the table says what was."
    bar = ""
    if share is not None:
        bar = f'<div class="way">{track(headline(report), share, big=True)}<p class="ends"><span>a stranger</span><span>you</span></p></div>'
    sentence = re.sub(r"\d+\u00a0%", lambda found: f"<strong>{found[0]}</strong>", html.escape(headline(report)))
    which = f"{report.get('run', 'This run')}, trained on the base {report.get('base', '?')}"
    return f'<header><p class="quiet">How much is it you?</p><h1>{sentence}</h1>{bar}<p class="quiet">{html.escape(told)} {html.escape(which)}.</p></header>'


def _section(title: str, about: str, *parts: str, style: str = "") -> str:
    told = f'<p class="quiet">{about}</p>' if about else ""
    return f'<section class="{style}"><h2>{title}</h2>{told}{"".join(parts)}</section>'


def _legend(keys: Iterable[tuple[str, str]], style: str = "") -> str:
    return f'<p class="legend {style}">' + "".join(f'<span><i class="{mark}"></i>{name}</span>' for mark, name in keys) + "</p>"


def _made_of(report: Mapping[str, Any], values: Mapping[str, Mapping[str, Value]]) -> str:
    """The measures of the headline: as a radar from three on, and each with its share."""
    shares = shares_of(report)
    if not shares:
        return ""
    metrics = [metric_of(name) for name in shares]
    told = [f"{metric.title}: {_percent(share)}" for metric, share in zip(metrics, shares.values(), strict=True)]
    drawing = ""
    if len(shares) >= 3:
        polygons = [Polygon("another", [0.0] * len(shares)), Polygon("person", [1.0] * len(shares)), Polygon("twin", list(shares.values()))]
        axes = [(metric.short, _percent(shares[metric.name])) for metric in metrics]
        legend = _legend((("twin", "your twin"), ("person", "you, 100 %"), ("another", "a stranger, 0 %")))
        drawing = f"<div>{legend}{radar('How far your twin is from a stranger to you. ' + '; '.join(told), axes, polygons)}</div>"
    items = "".join(
        f"<li><h3>{metric.title}<b>{_percent(shares[metric.name])}</b></h3>{track(says, shares[metric.name])}"
        f"<p>{metric.says} {_raw(metric, values.get(metric.name, {}))}</p></li>"
        for metric, says in zip(metrics, told, strict=True)
    )
    about = (
        "Of each measure: how far your twin has come from what a stranger scores (0 %), another person of the same chats, to what you score yourself (100 %)."
    )
    return _section("What that is made of", about, f'<div class="made">{drawing}<ul class="shares">{items}</ul></div>')


def _raw(metric: Metric, rows: Mapping[str, Value]) -> str:
    """The figures that a share is made from."""
    told = ", ".join(f"{ROW_NAMES[row]} {metric.shown(rows[row].value)}" for row in (ANOTHER, TWIN, PERSON) if row in rows)
    return f"{told[0].upper()}{told[1:]}." if told else ""


def _examples(examples: Sequence[Example]) -> str:
    if not examples:
        return ""
    talks = "".join(
        f'<article class="talk"><h3><bdi>{html.escape(contact)}</bdi></h3>{_turns(context, contact)}'
        f'<div class="both">{_turn("person", "You", real)}{_turn("twin", "Your twin", reply)}</div></article>'
        for context, contact, real, reply in examples
    )
    about = "What you really answered, and what your twin answers to the same messages, which it has never seen."
    return _section("Side by side", about, f'<div class="talks">{talks}</div>')


def _turns(context: Sequence[Turn], contact: str) -> str:
    shown = context[-_TURNS:]
    more = '<p class="quiet">…</p>' if len(shown) < len(context) else ""
    return more + "".join(_turn("mine" if turn.mine else "theirs", "" if turn.mine or turn.name == contact else turn.name, turn.bubbles) for turn in shown)


def _turn(style: str, who: str, bubbles: Iterable[str]) -> str:
    name = f'<p class="who"><bdi>{html.escape(who)}</bdi></p>' if who else ""
    said = "".join(f'<p class="bubble" dir="auto">{html.escape(bubble)}</p>' for bubble in bubbles)
    return f'<div class="turn {style}">{name}{said or _NOTHING}</div>'


def _advice(advice: Sequence[str]) -> str:
    if not advice:
        return ""
    items = "".join(f"<li>{_KNOB.sub(lambda found: f'<code>{found[0]}</code>', html.escape(one, quote=False))}</li>" for one in advice)
    knobs = "A name with a dot in it is a line of twin.toml: train.epochs is epochs in its table [train]."
    return _section("What to do next", knobs, f'<ol class="advice">{items}</ol>')


def _table(report: Mapping[str, Any], values: Mapping[str, Mapping[str, Value]]) -> str:
    """All metrics and rows, what is aimed at, and what was left out."""
    items = "".join(f"<li><b>{html.escape(metric_of(name).title)}</b>: {html.escape(str(why))}</li>" for name, why in report.get("left_out", {}).items())
    left_out = f'<h3>Left out</h3><ul class="left">{items}</ul>' if items else ""
    if not values:
        return _section("The whole table", "Nothing was measured.", left_out)
    shown = [row for row in ROWS if any(row in rows for rows in values.values())]
    head = "".join(f'<th scope="col" class="{row}">{ROW_NAMES[row]}</th>' for row in shown)
    lines, group = [], ""
    for name, rows in values.items():
        metric = metric_of(name)
        if metric.group != group:
            group = metric.group
            lines.append(f'<tr class="group"><th colspan="{len(shown) + 2}" scope="colgroup">{group}</th></tr>')
        differences = {which: Value.from_json(value) for which, value in report.get("differences", {}).get(name, {}).items()}
        title = f'<th scope="row">{html.escape(metric.title)}<small>{html.escape(metric.says)}</small></th>'
        cells = "".join(_cell(metric, row, rows.get(row)) for row in shown)
        lines.append(f"<tr>{title}{cells}{_aim(metric, standing(metric, rows, differences))}</tr>")
    head = f'<thead><tr><th scope="col">measure</th>{head}<th scope="col">aim</th></tr></thead>'
    about = "Below each figure the range in which it lies with 95 % certainty, were other conversations drawn."
    return _section("The whole table", about, f'<table class="metrics">{head}<tbody>{"".join(lines)}</tbody></table>', left_out)


def _cell(metric: Metric, row: str, value: Value | None) -> str:
    if value is None:
        return f'<td class="none {row}" data-row="{ROW_NAMES[row]}"></td>'
    ends = f"<small>{metric.shown(value.low)} to {metric.shown(value.high)}</small>" if value.high > value.low else ""
    return f'<td class="{row}" data-row="{ROW_NAMES[row]}" title="n = {value.n:,}">{metric.shown(value.value)}{ends}</td>'


def _aim(metric: Metric, stands: Standing | None) -> str:
    badge = _badge(stands.name.lower(), _SIGNS[stands], stands.value) if stands else ""
    return f'<td class="aim" data-row="aim">{badge}<small>{html.escape(metric.aim_says)}</small></td>'


def _badge(style: str, sign: str, word: str) -> str:
    return f'<b class="badge {style}"><i aria-hidden="true">{sign}</i> {html.escape(word)}</b>'


def _habits(features: Mapping[str, Mapping[str, Any]]) -> str:
    rows, inside = [], 0
    for name, one in features.items():
        low, high, person, twin, base = (number(one.get(what)) for what in ("low", "high", "person", "twin", "base"))
        if not all(map(math.isfinite, (low, high, person, twin))):
            continue
        fits = bool(one.get("inside", low <= twin <= high))
        inside += fits
        says = f"{feature(name)}: yours {_short(person)}, your range {_short(low)} to {_short(high)}, your twin {_short(twin)}"
        rows.append(
            f'<tr><th scope="row">{html.escape(feature(name))}</th><td class="drawing">{band(says, low, high, person=person, twin=twin, base=base)}</td>'
            f'<td data-row="your range">{_short(low)} to {_short(high)}</td><td class="twin" data-row="your twin">{_short(twin)}</td>'
            f"<td>{_badge('reached', '✓', 'like you') if fits else _badge('missed', '✗', 'not like you')}</td></tr>"
        )
    if not rows:
        return ""
    about = f"In {inside} of {len(rows)} your twin is within the range in which you vary from one half of your messages to the other. Each has its own scale."
    legend = _legend((("range", "your range"), ("person", "you"), ("twin", "your twin"), ("base", "the base before training")), "marks")
    head = '<thead><tr><th scope="col">habit</th><td></td><th scope="col">your range</th><th scope="col">your twin</th><td></td></tr></thead>'
    return _section("Your habits of writing", about, f'{legend}<table class="habits">{head}<tbody>{"".join(rows)}</tbody></table>')


def _learning(curves: Curves) -> str:
    if not curves.training:
        return ""
    series, steps = [Series("messages learned from", [loss for _, loss in curves.training], "train")], [[float(step) for step, _ in curves.training]]
    told = f"{curves.training[-1][0]:,} steps."
    if curves.best:
        series.append(Series("messages kept aside", [loss for _, loss in curves.validation], "validation"))
        steps.append([float(step) for step, _ in curves.validation])
        told += f" Best on messages kept aside at step {curves.best[0]:,}, with {curves.best[1]:.2f}: that twin is kept."
    drawing = line("Loss by step, in nats for a token of your replies", told, series, steps)
    return _section("How it learned", "Lower is better. Where the two lines part, it learns by heart.", drawing)


def _general(general: Mapping[str, Any]) -> str:
    before, after = (number(general.get(name)) for name in ("before", "after"))
    if not (before > 0 and after > 0):
        return ""
    change = after / before - 1
    word = "some is forgotten" if change > FORGOTTEN - 1 else "a little is forgotten" if change > 0.01 else "nothing is forgotten"
    if number(general.get("change", {}).get("low")) <= 0:
        word = "nothing is forgotten beyond noise"
    told = f"General text takes {before:.3f} bits for each byte before training and {after:.3f} after"
    return _section("What it still knows", "", f"<p>{told}, {_percent(abs(change), 1)} {'more' if change > 0 else 'less'}: {word}.</p>")


def _leaks(leaks: Mapping[str, Any]) -> str:
    """What the audit came to and what it tried. What leaked does not stand here: this page is shown to others."""
    if not leaks:
        return ""
    verdict = str(leaks.get("verdict", ""))
    canaries, prefixes, generations = (leaks.get(part, {}) for part in ("canaries", "prefixes", "generations"))
    levels = canaries.get("levels", [])
    planted, given = (
        ", ".join(one) for one in ([f"{level['copies']:,} ×" for level in levels], [f"{level['said']} of {len(level['exposures'])}" for level in levels])
    )
    begun, written = sum(prefixes.get("tried", {}).values()), generations.get("asked", 0) + generations.get("answered", 0)
    control = canaries.get("positive", {}).get("found")
    facts = [
        ("Replies it had learned, begun for it", f"{begun:,}, completed {prefixes.get('completed', {}).get('leak', 0):,}" if begun else ""),
        ("Replies it wrote", f"{written:,}, {generations.get('copied', 0):,} of them with 50 learned characters in a row" if written else ""),
        ("Learned identifiers in these", f"{generations.get('identifiers', {}).get('leak', 0):,}" if written else ""),
        (f"Secrets planted {planted} in a second training", f"{given} given away" if levels else ""),
        ("One planted to be found", "" if control is None else "was found" if control else "was not found"),
    ]
    items = "".join(f"<div><dt>{what}</dt><dd>{told}</dd></div>" for what, told in facts if told)
    badge = _badge(*_VERDICTS.get(verdict, ("near", "?", verdict)))
    said = f"<p>{badge} An audit finds some leaks, and cannot prove that there are none.</p>"
    return _section("Does it give away what it learned?", "", said, f"<dl>{items}</dl>" if items else "")


def _how(report: Mapping[str, Any]) -> str:
    sizes = ", ".join(f"{size:,} {html.escape(name.replace('_', ' '))}" for name, size in report.get("sizes", {}).items() if isinstance(size, int))
    careful = "The careful measurement (--full)" if report.get("full") else "The quick measurement; the careful one: twin evaluate --full"
    references = "".join(f"<li>{html.escape(what)} (arXiv {number})</li>" for what, number in _REFERENCES)
    which = f"Seed {html.escape(str(report.get('seed', '?')))}, dataset {html.escape(str(report.get('dataset', '?'))[:12])}."
    return _section(
        "How it was measured",
        "",
        _METHOD,
        f"<p>{careful}. {f'{sizes}. ' if sizes else ''}{which}</p><h3>What others have found</h3><ul>{references}</ul>",
        style="small",
    )


def _percent(share: float, digits: int = 0) -> str:
    return f"{share:z.{digits}%}".replace("%", "\u00a0%").replace("-", "−") if math.isfinite(share) else "?"


def _short(number: float) -> str:
    """Three digits that count, and no more."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
