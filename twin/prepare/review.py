"""`twin prepare --review`: a page that shows the person what was found in their messages, so that they can correct it. Not here: finding it.

The page is one file without a script, and asks for nothing. What was found is shown by its ends alone, what stands around it without anything private.
"""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twin.config import Privacy
from twin.errors import UsageError
from twin.history import History
from twin.prepare.decide import Decisions
from twin.prepare.explain import shown
from twin.prepare.rules import Rules
from twin.privacy.clean import FAILED, NAME, Cleaner, Mode
from twin.privacy.detect import Hit, RuleError
from twin.privacy.rule import Kind, tag
from twin.schema import Message
from twin.workspace import write_text

SHOWN = 40
"""Findings of a kind that are shown, the first of each spelling; of names the most frequent."""
_AROUND = 40
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem } .quiet { color: #5a6877; font-size: .9em }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #dde3ea }
code, mark { font: .9em ui-monospace, monospace; background: #fff1c9; color: inherit; padding: 0 .2em; border-radius: 3px } code { background: #eef2f6 }
.found td:first-child { width: 30% } .found td:last-child { width: 8rem }
@media (max-width: 40rem) { .found td, .found td:first-child, .found td:last-child { width: auto; display: block; border: 0; padding: 0 }
  .found td:last-child { border-bottom: 1px solid #dde3ea; padding-bottom: .5rem } }
@media (prefers-color-scheme: dark) { body { background: #14191f; color: #dfe6ee } .quiet { color: #93a3b3 }
  td, th, .found td:last-child { border-color: #2c3743 } mark { background: #4a3c10; color: #ffe9ad } code { background: #222c37 } }
"""
_INTRODUCTION = f"""<h1>What twin found private in your messages</h1>
<p>This page is yours alone; all but the ends of what was found is hidden in it. Of each kind the first {SHOWN} are shown, each once.</p>
<p>To correct it, change a line of the table <code>[privacy]</code> in twin.toml, then run <code>twin prepare</code> again:</p>
<ul>
<li>something here is not private: its sign into <code>allow</code>, as in <code>allow = ["#1f0c9e7b24"]</code></li>
<li>something is missing: into <code>words</code>, <code>patterns</code> or, if it is a name, <code>people</code></li>
<li>a kind is to be treated otherwise: its line below, with <code>"mask"</code>, <code>"surrogate"</code>, <code>"drop"</code> or <code>"keep"</code></li>
<li>somebody does not want to be in it: their name or id into <code>opt_out</code></li>
</ul>
<p>The whole message behind a line: <code>twin prepare --explain</code> with the numbers that stand there.</p>"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something private in a message: which one, the text around it, all but its ends hidden, and its sign for `privacy.allow`."""

    where: str
    before: str
    shown: str
    after: str
    sign: str = ""


@dataclass(slots=True)
class Review:
    """What was found in a history.

    Attributes:
        counts: How often each kind was found.
        treatment: What becomes of each.
        findings: Some of each.
        mentions: How often each name was mentioned, by its case-folded form.
        surrogates: What stands in place of those.
    """

    counts: Counter[str] = field(default_factory=Counter)
    treatment: dict[str, str] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    mentions: Counter[str] = field(default_factory=Counter)
    surrogates: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What `--review --json` prints: counts alone."""
        return {"private": dict(self.counts.most_common())}


def review(history: History, rules: Rules, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Review:
    """Looks through all chats that take part.

    Raises:
        HistoryError: History does not say whose it is.
        ConfigError: Nobody is called as one of those who opted out.
        UsageError: The rules clean nothing.
    """
    decisions = Decisions(history, rules)
    cleaner = decisions.cleaner
    if cleaner is None or rules.privacy is None:
        raise UsageError("there is nothing to review: these rules clean nothing")
    found = Review(treatment={kind.value: mode.value for kind, mode in rules.privacy.modes.items()})
    found.treatment["names"] = (Mode.SURROGATE if rules.privacy.names else Mode.KEEP).value
    seen: set[tuple[str, str]] = set()
    for number, chat in enumerate(decisions.chats):
        progress(number, len(decisions.chats))
        if decisions.no_part(chat):
            continue
        for message in history.messages(chat.id):
            if message.text and not decisions.is_opted_out(message):
                _look(found, seen, cleaner, message, decisions.title(chat))
    progress(len(decisions.chats), len(decisions.chats))
    return found


def _look(found: Review, seen: set[tuple[str, str]], cleaner: Cleaner, message: Message, title: str) -> None:
    text, where = message.text, f"{title}, {message.date.astimezone():%Y-%m-%d %H:%M}, {message.chat_id}:{message.id}"
    try:
        hits = cleaner.hits(text)
    except RuleError:
        found.counts[FAILED] += 1
        if len(found.findings[FAILED]) < SHOWN:
            found.findings[FAILED].append(Finding(where, "", "the whole message", ""))
        return
    for name, other in (mention for between in _between(text, hits) for mention in cleaner.mentions(between)):
        found.counts[NAME] += 1
        found.mentions[name.casefold()] += 1
        found.surrogates.setdefault(name.casefold(), other)
    for place, hit in enumerate(hits):
        kind, private = hit.kind.value, text[hit.start : hit.end]
        found.counts[kind] += 1
        if (kind, private) not in seen and len(found.findings[kind]) < SHOWN:
            seen.add((kind, private))
            before, after = _around(text, hits, place, cleaner)
            found.findings[kind].append(Finding(where, before[-_AROUND:], ends_of(private), after[:_AROUND], cleaner.sign(private)))


def _between(text: str, hits: Sequence[Hit]) -> list[str]:
    """What stands before, between and after the hits."""
    starts, ends = [0, *(hit.end for hit in hits)], [*(hit.start for hit in hits), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _around(text: str, hits: Sequence[Hit], place: int, cleaner: Cleaner) -> tuple[str, str]:
    """What stands before and after one of the hits, without anything private. What was found in the whole message is hidden, whatever its parts look like."""
    between = [cleaner.clean(part).text or "" for part in _between(text, hits)]
    tags = [tag(hit.kind) for hit in hits]

    def joined(first: int, last: int) -> str:
        return "".join(part for pair in zip(between[first:last], [*tags[first : last - 1], ""], strict=True) for part in pair)

    return joined(0, place + 1), joined(place + 1, len(between))


def ends_of(private: str) -> str:
    """The first and the last two characters, where there are enough others between them."""
    return f"{private[:2]}…{private[-2:]}" if len(private) > 7 else f"{private[:1]}…"


def write_review(found: Review, path: Path) -> None:
    """Writes the page, readable by the person alone."""
    write_text(path, _page(found))


def _page(found: Review) -> str:
    kinds = [kind for kind, _ in found.counts.most_common() if kind != NAME]
    parts = [f"<h2>{kind}: {found.counts[kind]:,}</h2>{_setting(found, kind)}{_table(found.findings[kind])}" for kind in kinds]
    if found.counts[NAME]:
        parts.append(f"<h2>names: {found.counts[NAME]:,} mentions</h2>{_setting(found, 'names')}{_names(found)}")
    kept = [kind for kind in [*Kind, "names"] if found.treatment.get(kind) == Mode.KEEP]
    if kept:
        parts.append(f"<p>Not looked for, as twin.toml keeps them: {', '.join(kept)}.</p>")
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>What twin found private</title><style>{_STYLE}</style>
{_INTRODUCTION}
{"".join(parts) if found.counts else "<p><b>Nothing was found.</b></p>"}
</html>
"""


def _setting(found: Review, kind: str) -> str:
    """What a kind is, and the line of twin.toml that decides what becomes of it."""
    if kind == FAILED:
        return "<p>A rule could not deal with these messages: each is left out whole.</p>"
    return f'<p>{html.escape(Privacy.model_fields[kind].description or "")} <code>{kind} = "{found.treatment.get(kind, Mode.MASK.value)}"</code></p>'


def _table(findings: Iterable[Finding]) -> str:
    rows = "".join(
        f'<tr><td class="quiet">{_text(one.where)}</td><td>{_text(one.before)}<mark>{_text(one.shown)}</mark>{_text(one.after)}</td>'
        f"<td>{f'<code>{one.sign}</code>' if one.sign else ''}</td></tr>"
        for one in findings
    )
    return f'<table class="found">{rows}</table>'


def _names(found: Review) -> str:
    most = found.mentions.most_common(SHOWN)
    rows = "".join(
        f"<tr><td>{_text(name[0].upper())}…{_text(name[-1])}</td><td>{_text(found.surrogates[name])}</td><td>{count:,}</td></tr>" for name, count in most
    )
    more = f'<p class="quiet">and {len(found.mentions) - SHOWN:,} more</p>' if len(found.mentions) > SHOWN else ""
    return f"<table><tr><th>name</th><th>in the dataset</th><th>mentions</th></tr>{rows}</table>{more}"


def _text(text: str) -> str:
    return html.escape(shown(text))
