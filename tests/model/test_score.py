import math
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model

from tests import tiny
from tests.tiny import conversation, me, them
from twin.model.attention import fuse_attention
from twin.model.packing import make_batch
from twin.model.score import Score, make_rows, score, target_losses
from twin.model.template import CONTEXT, MARKER, TEXT
from twin.schema import Conversation

TEMPLATE = tiny.template()
TALKS = [*tiny.chatter(10), conversation(them("hi", name="Ева"), me("и 👍", "no"), me("yes", learn=False), them("no"), me("hi"), group=True)]


@pytest.fixture(scope="module")
def model() -> Any:
    made = tiny.falcon()
    fuse_attention(made)
    return made


def rows_of(talks: list[Conversation], row_tokens: int = 220) -> Any:
    return make_rows(TEMPLATE, talks, row_tokens=row_tokens, shared_tokens=30)


@torch.inference_mode()
def plain(model: Any, talks: list[Conversation]) -> tuple[float, int, float, int]:
    """Bits and bytes of text, bits and count of markers, one conversation at a time by the model's own forward, in float64."""
    bits, counts = {TEXT: 0.0, MARKER: 0.0}, {TEXT: 0, MARKER: 0}
    for talk in talks:
        rendered = TEMPLATE.render(talk)
        chances = model(torch.tensor([rendered.ids])).logits[0].double().log_softmax(-1)
        for place, (token, kind) in enumerate(zip(rendered.ids, rendered.kinds, strict=True)):
            if kind != CONTEXT:
                bits[kind] -= float(chances[place - 1, token]) / math.log(2)
                counts[kind] += 1
    size = sum(len(bubble.encode()) for talk in talks for turn in talk.turns if turn.learn for bubble in turn.bubbles)
    return bits[TEXT], size, bits[MARKER], counts[MARKER]


def test_it_is_the_plain_computation(model: Any) -> None:
    text, size, marker_bits, markers = plain(model, TALKS)
    for micro_rows in (1, 4):
        found = score(model, rows_of(TALKS), micro_rows=micro_rows)
        assert found.text_bits == pytest.approx(text, rel=1e-5)
        assert found.marker_bits == pytest.approx(marker_bits, rel=1e-5)
        assert (found.size, found.markers) == (size, markers)
        assert found.bits_per_byte == pytest.approx(text / size, rel=1e-5)
        targets = sum(kind != CONTEXT for talk in TALKS for kind in TEMPLATE.render(talk).kinds)
        assert found.loss == pytest.approx((text + marker_bits) * math.log(2) / targets, rel=1e-5)


def test_windows_of_a_long_conversation_score_every_byte(model: Any) -> None:
    long = conversation(*[turn for talk in tiny.chatter(12) for turn in talk.turns])
    found = score(model, rows_of([long], row_tokens=128))
    assert found.size == plain(model, [long])[1]
    assert found.markers == plain(model, [long])[3]


def test_losses_are_those_of_the_target_tokens_in_order(model: Any) -> None:
    batch = make_batch(rows_of(TALKS)[:2])
    with torch.inference_mode():
        logits = model(batch.ids, attention_mask=batch.mask, position_ids=batch.positions).logits
        expected = -logits[batch.targets].log_softmax(-1).gather(1, batch.labels[:, None])[:, 0]
        torch.testing.assert_close(target_losses(model, batch), expected, atol=1e-4, rtol=1e-4)


def test_without_bytes_there_is_no_rate() -> None:
    assert math.isnan(Score(0, 0, 0, 0, 0).bits_per_byte)
    assert Score(12, 4, 99, 9, 1).bits_per_byte == 3


def test_the_adapter_counts_only_while_it_is_on() -> None:
    base = tiny.falcon()
    fuse_attention(base)
    rows = rows_of(TALKS)
    alone = score(base, rows)
    twin = get_peft_model(base, LoraConfig(r=4, target_modules="all-linear", lora_dropout=0.5, task_type="CAUSAL_LM"))
    twin.train()
    assert score(twin, rows) == alone  # B = 0
    assert twin.training
    for name, weight in twin.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=1)
    assert abs(score(twin, rows).bits_per_byte - alone.bits_per_byte) > 0.01
    assert score(twin, rows) == score(twin, rows)  # dropout is off while it measures
    with twin.disable_adapter():
        assert score(twin, rows) == alone
