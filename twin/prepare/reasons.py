"""The reasons why nothing is learned of a message, in plain words: for `twin prepare --explain`, and in report.json for the page.

Not here: what decides (decide.py).
"""

from __future__ import annotations

from twin.prepare.decide import EXCLUDED, NO_PART, OPTED_OUT, PRIVATE
from twin.prepare.deduplicate import DUPLICATE, NEAR_DUPLICATE, REPLY_CAP
from twin.prepare.quality import FIGURES, LINKS, MASHED, PASTED, SIGNS
from twin.prepare.scores import POOR, UNJUDGED
from twin.prepare.slurs import SLURS

WHY = {
    PRIVATE: "it has something in it that twin.toml says to drop ([privacy]), or nothing else",
    "forward": "forwarded, so not the person's own words",
    "via bot": "made by an inline bot",
    "media": "a medium without words",
    "empty": "there is nothing in it to read",
    SIGNS: "a flood of signs without a letter (filter.quality)",
    MASHED: "keys that were mashed, not written with (filter.quality)",
    PASTED: "longer than people write by hand, so pasted (filter.quality)",
    LINKS: "at least half of it is links (filter.quality)",
    FIGURES: "hardly a third of it is letters (filter.quality)",
    SLURS: "it has as many slurs in it as filter.toxic_words says, or more",
    DUPLICATE: "the same reply to the same turn is learned already, where it came first",
    NEAR_DUPLICATE: "nearly the same long reply to nearly the same turn is learned already, where it came first (filter.near_duplicates)",
    POOR: "the judge gave its turn a lower score than filter.judge_minimum",
    UNJUDGED: "the judge has given its turn no score; twin prepare asks it again",
    REPLY_CAP: "this reply is learned as often in this chat as prepare.reply_cap allows",
    "too few turns": "its conversation has fewer turns than prepare.minimum_turns",
    "too few conversations": "the person wrote in fewer conversations of this chat than prepare.minimum_conversations",
    "outside the dates": "sent before since, or not before until",
    EXCLUDED: "you excluded this chat; take that back with: twin chats include CHAT",
    OPTED_OUT: "of somebody who opted out (privacy.opt_out in twin.toml): what they wrote, forwards of it and their own chat take no part",
    **{reason: f"this chat takes no part: {reason}" for reason in NO_PART.values()},
}
