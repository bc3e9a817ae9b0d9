import math
import weakref
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch.autograd.graph import saved_tensors_hooks

from tests import tiny
from tests.tiny import conversation, me, them
from twin.model import losses as losses_module
from twin.model.attention import fuse_attention
from twin.model.losses import target_losses
from twin.model.packing import make_batch
from twin.model.score import Score, make_rows, score
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
        logits = model(batch.ids, attention_mask=batch.mask, position_ids=batch.positions).logits.flatten(0, 1)
        expected = -logits[batch.places].log_softmax(-1).gather(1, batch.labels[:, None])[:, 0]
        torch.testing.assert_close(target_losses(model, batch), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("learned", ["adapter", "rows of the head", "everything"])
def test_losses_in_pieces_are_those_at_once_and_so_are_the_gradients(learned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    twin: Any = tiny.falcon()
    fuse_attention(twin)
    if learned != "everything":
        added = [290, 291] if learned == "rows of the head" else None
        twin = get_peft_model(twin, LoraConfig(r=2, target_modules="all-linear", init_lora_weights=False, trainable_token_indices=added))
    batch = make_batch(rows_of(TALKS))
    vocabulary = twin.get_output_embeddings().weight.shape[0]
    results, tables = [], []
    for limit in (losses_module.LOGITS, 16 * vocabulary):
        monkeypatch.setattr(losses_module, "LOGITS", limit)
        twin.zero_grad()
        kept: list[weakref.ref[torch.Tensor]] = []
        with saved_tensors_hooks(lambda tensor, kept=kept: kept.append(weakref.ref(tensor)) or tensor, lambda tensor: tensor):
            losses = target_losses(twin, batch)
        shapes = [tuple(tensor.shape) for tensor in (one() for one in kept) if tensor is not None]
        (losses * torch.linspace(0.5, 1.5, len(losses))).sum().backward()
        results.append((losses.detach(), [weight.grad.clone() for weight in twin.parameters() if weight.requires_grad]))
        tables.append({shape for shape in shapes if shape[-1:] == (vocabulary,) and shape[0] in (16, len(losses))})
    torch.testing.assert_close(results[1], results[0], atol=1e-5, rtol=1e-5)
    assert len(batch.labels) > 64
    # what is kept for the backward: the logits, in pieces none, and none anyway where the head does not learn
    assert tables == [set() if learned == "adapter" else {(len(batch.labels), vocabulary)}, set()]


def test_on_a_cpu_no_padding_is_computed_and_of_the_last_layer_the_targets_alone(model: Any) -> None:
    batch = make_batch(rows_of(TALKS))
    target_losses(model, batch)
    seen: list[int] = []
    hooks = [layer.mlp.register_forward_pre_hook(lambda module, given: seen.append(given[0].shape[:-1].numel())) for layer in model.transformer.h]
    target_losses(model, batch)
    for hook in hooks:
        hook.remove()
    tokens = sum(map(sum, batch.lengths))
    assert tokens < batch.ids.numel()
    assert seen == [*[tokens] * (len(seen) - 1), len(batch.labels)]


def test_no_more_logits_than_allowed_exist_at_once(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = make_batch(rows_of(TALKS))
    head, sizes = model.get_output_embeddings(), []
    target_losses(model, batch)
    monkeypatch.setattr(losses_module, "LOGITS", 1000)
    hook = head.register_forward_hook(lambda module, given, logits: sizes.append(logits.numel()))
    target_losses(model, batch)
    hook.remove()
    assert sum(sizes) == len(batch.labels) * head.weight.shape[0]
    assert max(sizes) <= 1000


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
