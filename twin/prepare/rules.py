"""What decides where a message goes, as values: the knobs of twin.toml and of the command line together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from twin.config import Filter, Prepare, given_day, midnight
from twin.errors import UsageError
from twin.prepare.scores import Judged
from twin.privacy.clean import Privacy


@dataclass(frozen=True, slots=True)
class Rules:
    """What takes part, what of it is learned, and in which split it lies.

    Attributes:
        gap: A silence longer than this ends a conversation.
        person: The name the model knows the person by; empty: the one in history.
        since: What was sent before this moment takes no part.
        until: What was sent at this moment or later takes no part.
        reply_cap: How often the same reply is learned in one chat, at most; 0: as often as it comes.
        minimum_turns: A conversation with fewer turns takes no part.
        minimum_conversations: A chat with fewer conversations in which the person wrote takes no part.
        validation_share: Share of the person's messages that comes before the test's and decides when training stops.
        test_share: Share of the person's messages, the newest.
        test_chat_share: Share of the chats that is wholly in test, from ten chats on.
        seed: Which chats those are.
        privacy: What is taken out of the messages before anything else is decided; None: nothing.
        near_duplicates: Whether a long reply is left out that nearly repeats one learned before; "auto": in a long history.
        quality: Whether replies are left out that are floods of signs, mashed keys, pasted text, links or figures.
        toxic_words: How many slurs make a reply one that is left out; 0: no number does.
        judged: What a judge has said; None: nobody judges.
    """

    gap: timedelta
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None
    reply_cap: int = 30
    minimum_turns: int = 1
    minimum_conversations: int = 1
    validation_share: float = 0.1
    test_share: float = 0.1
    test_chat_share: float = 0.05
    seed: int = 1
    privacy: Privacy | None = None
    near_duplicates: Literal["auto", "on", "off"] = "auto"
    quality: bool = False
    toxic_words: int = 0
    judged: Judged | None = None


def rules_of(
    knobs: Prepare,
    person: str = "",
    *,
    privacy: Privacy | None = None,
    filters: Filter | None = None,
    judged: Judged | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Rules:
    """The rules that twin.toml sets, with the dates of the command line in place of its own where there are any.

    Raises:
        UsageError: A date of the command line is none, or nothing lies between the two.
    """
    filters = filters or Filter()
    first = midnight(knobs.since) if since is None else given_day("--since", since)
    end = midnight(knobs.until) if until is None else given_day("--until", until)
    if first and end and first >= end:
        raise UsageError(
            f"since {first:%Y-%m-%d}, until {end:%Y-%m-%d}: no day lies between them (the latter is left out); give a later until, here or in twin.toml"
        )
    return Rules(
        gap=timedelta(hours=knobs.gap_hours),
        person=person,
        since=first,
        until=end,
        reply_cap=knobs.reply_cap,
        minimum_turns=knobs.minimum_turns,
        minimum_conversations=knobs.minimum_conversations,
        validation_share=knobs.validation_share,
        test_share=knobs.test_share,
        test_chat_share=knobs.test_chat_share,
        seed=knobs.seed,
        privacy=privacy,
        near_duplicates=filters.near_duplicates,
        quality=filters.quality,
        toxic_words=filters.toxic_words,
        judged=judged,
    )
