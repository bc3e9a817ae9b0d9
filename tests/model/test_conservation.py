"""From history to the labels of a batch: every message of the person is trained exactly once, or counted by prepare."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tiny
from tests.prepare.histories import HISTORIES, KNOBS, stored
from twin.dataset import SPLITS, read_split
from twin.errors import DatasetError
from twin.model.packing import make_batch
from twin.model.score import make_rows
from twin.prepare.build import prepare
from twin.prepare.rules import Rules
from twin.schema import Conversation, Message

TEMPLATE = tiny.template()
ROOM = 2000
"""Tokens in a row, so many that no turn is cut and each message can be read off whole."""


@settings(max_examples=40)
@given(records=HISTORIES, knobs=KNOBS, row_tokens=st.sampled_from([96, ROOM]))
def test_every_message_is_trained_once_or_counted(records: list[Message], knobs: dict[str, Any], row_tokens: int) -> None:
    with stored(records) as history:
        try:
            report = prepare(history, Path("dataset"), Rules(**({"gap": timedelta(days=1)} | knobs)))
        except DatasetError:
            return  # nothing was left for train
    conversations = [_numbered(conversation) for split in SPLITS for conversation in read_split(Path("dataset"), split)]
    trained = _trained(conversations, row_tokens)
    assert trained.total() + sum(report.left_out.values()) == report.own_messages
    if row_tokens == ROOM:
        learned = Counter(bubble for conversation in conversations for turn in conversation.turns if turn.learn for bubble in turn.bubbles)
        assert trained == learned
        assert set(learned.values()) == {1}


def _numbered(given: Conversation) -> Conversation:
    """Every message as its chat and id, so that no two are alike, and long enough for a conversation to be cut."""
    turns = (replace(turn, bubbles=tuple(f"{given.chat_id}/{number}{' yes' * 12}" for number in turn.ids)) for turn in given.turns)
    return replace(given, turns=tuple(turns))


def _trained(conversations: list[Conversation], row_tokens: int) -> Counter[str]:
    """The messages that the labels of all rows spell out. Where a row cuts a turn, parts of messages, but each end once."""
    found: list[list[int]] = [[]]
    for row in make_rows(TEMPLATE, conversations, row_tokens=row_tokens, shared_tokens=10):
        for token in make_batch([row]).labels.tolist():
            if token in {TEMPLATE.bubble_id, TEMPLATE.stop_id}:
                found.append([])
            else:
                found[-1].append(token)
    return Counter(TEMPLATE.decode(ids) for ids in found[:-1])
