"""Conversations as the page shows them: HTML in which whatever anybody has said, or is called, is text.

What can be done with a bubble is a button with `data-do`; chat.js tells the page of it. Not here: doing it (tabs/chat.py), and how it looks (chat.css).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape
from itertools import groupby

from twin.conversations import Entry, Kept

_TYPING = '<div class="typing" aria-hidden="true"><i></i><i></i><i></i></div>'
_EDIT = '<button type="button" class="icon edit" data-do="edit" {where} aria-label="Edit this message" title="Edit"></button>'
_DELETE = '<button type="button" class="icon delete" data-do="remove" {where} data-sure="Delete it?" aria-label="Delete this message" title="Delete"></button>'


def talk(
    kept: Sequence[Kept], person: str, *, number: int | None = None, greeting: str = "", growing: Sequence[str] | None = None, remembered: Sequence[str] = ()
) -> str:
    """The chat: a message for each bubble, with what can be done with it.

    Args:
        kept: What was said.
        person: Whose twin it is.
        number: The conversation's id; where it changes, the page scrolls to the end.
        greeting: What stands there before anything was said.
        growing: The bubbles of the reply that is under way; None: none is.
        remembered: What the twin remembered for it.
    """
    turns = [_turn(turn, person) for turn in kept]
    if growing is not None:
        said = "".join(map(_growing, growing)) + ("" if growing else _TYPING)
        turns.append(f'<div class="turn mine" role="group" aria-label="{_twin(person)}">{said}{_remembered(remembered)}</div>')
    return _log("".join(turns), f"{person}’s twin", f"{number or ''}", greeting, busy=growing is not None)


def beside(kept: Sequence[Kept], *, greeting: str = "", growing: Sequence[str] | None = None) -> str:
    """What stands beside the chat: the same messages, and the base's answers in the places of the twin's."""
    turns = []
    for turn in kept:
        if not turn.turn.mine:
            turns.append(f'<div class="turn theirs">{"".join(_bubble(bubble, mine=False) for bubble in turn.turn.bubbles)}</div>')
            if turn.base:
                turns.append(f'<div class="turn mine">{"".join(map(_growing, turn.base))}</div>')
    if growing is not None:
        turns.append(f'<div class="turn mine">{"".join(map(_growing, growing)) or _TYPING}</div>')
    return _log("".join(turns), "The base model, untrained", "", greeting, busy=growing is not None)


def drafts(replies: Sequence[Sequence[str]], *, busy: bool) -> str:
    """Replies to choose from, each with a button that copies it."""
    shown = []
    for number, bubbles in enumerate(replies, 1):
        said = "".join(map(_growing, bubbles)) or _TYPING
        copied = escape("\n".join(bubbles))
        copy = f'<button type="button" class="quiet" data-do="copy" data-text="{copied}">Copy</button>' if bubbles else ""
        shown.append(f'<div class="turn mine draft" role="group" aria-label="Draft {number}">{said}<div class="acts">{copy}</div></div>')
    return _log("".join(shown), "Drafts", "", "", busy=busy) if shown else ""


def saved(entries: Sequence[Entry], current: int | None, today: date) -> str:
    """The list of saved conversations, by contact; in each, and among them, the one changed last comes first."""
    if not entries:
        return '<p class="none">What you say is kept here, in your workspace.</p>'
    last = {entry.contact: place for place, entry in reversed(list(enumerate(entries)))}
    groups = groupby(sorted(entries, key=lambda entry: last[entry.contact]), key=lambda entry: entry.contact)
    lists = [f"<h3>{escape(contact)}</h3><ul>{''.join(_entry(entry, current, today) for entry in of_contact)}</ul>" for contact, of_contact in groups]
    return f'<nav aria-label="Saved conversations">{"".join(lists)}</nav>'


def _entry(entry: Entry, current: int | None, today: date) -> str:
    here, first, number = ' aria-current="true"' if entry.id == current else "", escape(entry.first), f'data-id="{entry.id}"'
    acts = (
        f'<button type="button" data-do="text" {number}>Save as text</button><button type="button" data-do="json" {number}>Save as JSON</button>'
        f'<button type="button" data-do="delete" {number} data-sure="Yes, delete it">Delete</button>'
    )
    return (
        f'<li{here}><button type="button" class="open" data-do="open" {number}><span class="first">{first}</span>'
        f"<time>{_day(entry.changed, today)}</time></button>"
        f'<details><summary aria-label="Save or delete: {first}"></summary><div class="menu">{acts}</div></details></li>'
    )


def _day(moment: datetime, today: date) -> str:
    day = moment.astimezone().date()
    return "today" if day == today else f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def _turn(kept: Kept, person: str) -> str:
    turn, last = kept.turn, len(kept.turn.bubbles) - 1
    if not turn.mine:
        said = "".join(_line(kept, place, bubble, _EDIT) for place, bubble in enumerate(turn.bubbles))
        return f'<div class="turn theirs" role="group" aria-label="{escape(turn.name)}">{said}</div>'
    said = "".join(_line(kept, place, bubble, "", _verdict(kept) if place == last else "") for place, bubble in enumerate(turn.bubbles))
    corrected = " corrected" if kept.correction else ""
    return f'<div class="turn mine{corrected}" role="group" aria-label="{_twin(person)}">{said}{_remembered(kept.remembered)}</div>'


def _line(kept: Kept, place: int, bubble: str, acts: str, verdict: str = "") -> str:
    acts = (acts + _DELETE).format(where=f'data-turn="{kept.id}" data-bubble="{place}"')
    return f'<div class="line">{_bubble(bubble, mine=kept.turn.mine)}<div class="acts">{acts}</div>{verdict}</div>'


def _verdict(kept: Kept) -> str:
    own = f'<button type="button" class="quiet" data-do="correct" data-turn="{kept.id}">I would have said …</button>'
    if kept.correction:
        return f'<div class="acts verdict"><span class="note">You would have said this.</span>{own.replace("I would have said …", "Change it")}</div>'
    thumbs = "".join(
        f'<button type="button" class="icon {name}" data-do="rate" data-turn="{kept.id}" data-rating="{rating}" aria-label="{label}" title="{label}"'
        f' aria-pressed="{str(kept.rating == rating).lower()}"></button>'
        for name, rating, label in (("up", 1, "That is like me"), ("down", -1, "That is not like me"))
    )
    return f'<div class="acts verdict">{thumbs}{own}</div>'


def _remembered(memories: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(memory)}</li>" for memory in memories)
    return f'<details class="memory"><summary>What the twin remembered</summary><ul>{items}</ul></details>' if items else ""


def _growing(bubble: str) -> str:
    return f'<div class="line">{_bubble(bubble, mine=True)}</div>'


def _bubble(bubble: str, *, mine: bool) -> str:
    return f'<div class="bubble" dir="auto" data-testid="{"bot" if mine else "user"}">{escape(bubble, quote=False)}</div>'


def _log(turns: str, label: str, number: str, greeting: str, *, busy: bool) -> str:
    inside = f'<p class="which" aria-hidden="true">{escape(label)}</p>' + (turns or f'<p class="greeting">{escape(greeting)}</p>')
    return f'<div class="log" role="log" tabindex="0" aria-label="{escape(label)}" aria-busy="{str(busy).lower()}" data-talk="{number}">{inside}</div>'


def _twin(person: str) -> str:
    return escape(f"{person}’s twin")
