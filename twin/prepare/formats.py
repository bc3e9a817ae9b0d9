"""Other forms of the dataset, for other trainers: one record for each reply."""

from __future__ import annotations

from collections.abc import Iterator

from twin.schema import Conversation, Turn


def instructions(conversation: Conversation) -> Iterator[dict[str, str]]:
    """Each reply to learn as {"instruction", "context", "response"}.

    The instruction is what the others said since the person's last turn, the context everything before that, one
    `Name: text` line a bubble; the response is the person's bubbles, a line each.
    """
    turns = conversation.turns
    for number, turn in enumerate(turns):
        if not turn.learn:
            continue
        asked = number
        while asked and not turns[asked - 1].mine:
            asked -= 1
        yield {"instruction": _lines(turns[asked:number]), "context": _lines(turns[:asked]), "response": "\n".join(turn.bubbles)}


def _lines(turns: tuple[Turn, ...]) -> str:
    return "\n".join(f"{turn.name}: {bubble}" for turn in turns for bubble in turn.bubbles)
