"""Other forms of the dataset, for other trainers. In each of them every reply that is to be learned is learned exactly once.

What others said is one `Name: text` line a bubble; what follows a line break in it is indented, so that nobody can speak for another. A reply is its
bubbles, a line each. What the person sent but the twin is not to learn stands among the lines of the others, under the person's name, where a form has no
mark for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

from twin.prompts import fill, one_line
from twin.schema import ChatKind, Conversation, Turn

Format = Literal["messages", "instruction", "alpaca", "sharegpt", "openai"]
FORMATS: tuple[Format, ...] = get_args(Format)
_INDENTED = "\n  "
"""A line break within a bubble."""


def records(form: Format, conversation: Conversation, context_turns: int) -> Iterator[dict[str, Any]]:
    """A conversation in one of the other forms.

    Args:
        form: Which, other than "messages".
        conversation: The conversation.
        context_turns: Turns before a reply that are shown with it, at most; 0: all there are.
    """
    return _FORMS[form](conversation, context_turns)


def instruction(conversation: Conversation, context_turns: int = 0) -> Iterator[dict[str, Any]]:
    """Each reply as {"instruction", "context", "response"}.

    The instruction is what the others said since the person's last turn, the context everything before that.
    """
    for before, reply in _replies(conversation, context_turns):
        asked = len(before)
        while asked and not before[asked - 1].mine:
            asked -= 1
        yield {"instruction": _lines(before[asked:]), "context": _lines(before[:asked]), "response": _text(reply)}


def alpaca(conversation: Conversation, context_turns: int = 0) -> Iterator[dict[str, Any]]:
    """Each reply as {"instruction", "input", "output", "system", "history": [[instruction, output], ...]}, as LLaMA-Factory takes it.

    The replies in `history` are context; LLaMA-Factory would learn those again unless told `mask_history: true`.
    """
    system = _system(conversation)
    for before, reply in _replies(conversation, context_turns):
        opened = next((place for place, turn in enumerate(before) if not turn.mine), len(before))  # what answers nothing that is shown is no pair
        *history, (asked, output) = _exchanges(conversation.person, (*before[opened:], reply), before[:opened])
        yield {"instruction": asked, "input": "", "output": output, "system": system, "history": [list(pair) for pair in history]}


def sharegpt(conversation: Conversation, context_turns: int = 0) -> Iterator[dict[str, Any]]:
    """Windows as {"conversations": [{"from": "human" | "gpt", "value"}, ...], "system"}: in turn, the human first and gpt last.

    A gpt's value is always learned, so a reply that an earlier window teaches is one of the human's lines.
    """
    system = _system(conversation)
    for context, fresh in _windows(conversation.turns, context_turns):
        values = []
        for asked, reply in _exchanges(conversation.person, fresh, context):
            values += [{"from": "human", "value": asked}, {"from": "gpt", "value": reply}]
        yield {"conversations": values, "system": system}


def openai(conversation: Conversation, context_turns: int = 0) -> Iterator[dict[str, Any]]:
    """Windows as {"messages": [{"role", "content", "weight"}, ...]}, as OpenAI's fine-tuning takes them: the system first.

    Weight 1 is learned, 0 is the person's context; the last message is always one to learn.
    """
    system = {"role": "system", "content": _system(conversation)}
    for context, fresh in _windows(conversation.turns, context_turns):
        messages: list[dict[str, Any]] = [system]
        for place, turn in enumerate((*context, *fresh)):
            if turn.mine:
                messages.append({"role": "assistant", "content": _text(turn), "weight": int(turn.learn and place >= len(context))})
            else:
                messages.append({"role": "user", "content": _lines([turn])})
        yield {"messages": messages}


def _replies(conversation: Conversation, context_turns: int) -> Iterator[tuple[Sequence[Turn], Turn]]:
    """Each reply to learn, after the turns that are shown with it."""
    turns = conversation.turns
    for place, turn in enumerate(turns):
        if turn.learn:
            yield turns[max(0, place - context_turns) if context_turns else 0 : place], turn


def _windows(turns: Sequence[Turn], context_turns: int) -> Iterator[tuple[Sequence[Turn], Sequence[Turn]]]:
    """Stretches of at most `context_turns` + 1 turns, each as (context, fresh), which end in a reply to learn.

    Every turn to learn is fresh in exactly one of them. The first half of a later window, at least, is context, so that none
    of its replies is without. 0 makes one window.
    """
    size = context_turns + 1 if context_turns else len(turns)
    begin = 0
    while begin < len(turns):
        start = max(0, begin - (context_turns + 1) // 2)
        end = last = start + size
        while last > begin and (last > len(turns) or not turns[last - 1].learn):
            last -= 1
        if last > begin:
            yield turns[start:begin], turns[begin:last]
        begin = end


def _exchanges(person: str, turns: Sequence[Turn], context: Sequence[Turn] = ()) -> list[tuple[str, str]]:
    """What was said, and the reply to it, for each reply; `context` only leads up to the first."""
    pairs, said = [], list(context)
    for turn in turns:
        if turn.learn:
            pairs.append((_lines(said) if said else fill("opening", person=one_line(person)), _text(turn)))
            said = []
        else:
            said.append(turn)
    return pairs


def _system(conversation: Conversation) -> str:
    """What a model is told of who it is and where it writes."""
    place = {"group" if conversation.kind is ChatKind.GROUP else "contact": one_line(conversation.chat)}
    return fill("system", person=one_line(conversation.person), **place)


def _lines(turns: Sequence[Turn]) -> str:
    return "\n".join(f"{one_line(turn.name)}: {_INDENTED.join(bubble.splitlines())}" for turn in turns for bubble in turn.bubbles)


def _text(turn: Turn) -> str:
    return "\n".join(turn.bubbles)


_FORMS = {"instruction": instruction, "alpaca": alpaca, "sharegpt": sharegpt, "openai": openai}
