import numpy as np
import pytest

from tests import tiny
from twin.evaluate.held_out import exchanges
from twin.evaluate.predicting import predict
from twin.model.score import make_rows, score


def test_the_bits_of_all_conversations_are_those_of_the_split() -> None:
    talks = tiny.chatter(6, seed=2, first_id=2000)
    model = tiny.falcon(heads=1)
    rows = make_rows(tiny.template(), talks, row_tokens=192, shared_tokens=32)
    found = predict(model, rows, len(talks))
    whole = score(model, rows)
    assert found.bits.sum() == pytest.approx(whole.text_bits)
    assert found.per_byte(1).value == pytest.approx(whole.bits_per_byte)
    assert list(found.sizes) == [sum(len(bubble.encode()) for turn in talk.turns if turn.learn for bubble in turn.bubbles) for talk in talks]


def test_a_conversation_has_the_bits_that_it_has_alone() -> None:
    talks = tiny.chatter(4, seed=3, first_id=10)
    model = tiny.falcon(heads=1)
    together = predict(model, make_rows(tiny.template(), talks, row_tokens=256, shared_tokens=32), len(talks))
    for number, talk in enumerate(talks):
        alone = predict(model, make_rows(tiny.template(), [talk], row_tokens=256, shared_tokens=32), 1)
        assert np.isclose(alone.bits[0], together.bits[number], rtol=1e-4)
        assert alone.sizes[0] == together.sizes[number]


def test_an_exchange_is_a_reply_to_somebody() -> None:
    talk = tiny.conversation(tiny.me("first"), tiny.them("hi"), tiny.me("ho", "ha"), tiny.me("kept", learn=False), tiny.them("so"), tiny.me("yes"))
    found = exchanges([talk])
    assert [one.reply for one in found] == [("ho", "ha"), ("yes",)]
    assert [one.context for one in found] == [talk.turns[:2], talk.turns[:5]]
    assert len({one.key for one in found}) == 2
