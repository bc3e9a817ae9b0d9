from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model

from tests import tiny
from twin.model.attention import fuse_attention
from twin.model.layers import recompute
from twin.model.losses import packing_way, target_losses
from twin.model.packing import make_batch
from twin.model.score import make_rows

BATCH = make_batch(make_rows(tiny.template(), tiny.chatter(6), row_tokens=192, shared_tokens=32))


@pytest.mark.parametrize(("layers", "forwards"), [(0, 2), (1, 3), (2, 4), (9, 4)])
def test_as_many_layers_as_said_are_computed_twice(layers: int, forwards: int) -> None:
    plain = tiny.falcon().train()
    target_losses(plain, BATCH).sum().backward()
    model = tiny.falcon().train()
    packing_way(model, row_tokens=192)  # tries the model, too
    assert recompute(model, layers) == min(layers, 2)
    seen = []
    for layer in model.transformer.h:
        layer.mlp.register_forward_pre_hook(lambda *_: seen.append(1))
    target_losses(model, BATCH).sum().backward()
    assert len(seen) == forwards
    for one, other in zip(model.parameters(), plain.parameters(), strict=True):
        assert torch.equal(one.grad, other.grad)


def test_outside_of_training_nothing_is_recomputed() -> None:
    model = tiny.falcon()
    packing_way(model, row_tokens=192)
    recompute(model)
    seen = []
    model.transformer.h[0].mlp.register_forward_pre_hook(lambda *_: seen.append(1))
    target_losses(model, BATCH).sum().backward()
    assert len(seen) == 1


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")  # dynamo's own
@pytest.mark.slow
def test_compiled_layers_meet_new_sizes_without_being_compiled_anew() -> None:
    model: Any = tiny.falcon(num_hidden_layers=3)
    fuse_attention(model)
    twin: Any = get_peft_model(model, LoraConfig(r=2, target_modules="all-linear", init_lora_weights=False)).train()
    packing_way(twin, row_tokens=192)
    rows = make_rows(tiny.template(), tiny.chatter(40), row_tokens=192, shared_tokens=32)
    batches = [make_batch(rows[start : start + 2]) for start in range(0, 12, 2)]
    expected = [target_losses(twin, batch).detach() for batch in batches]
    compiled: list[Any] = []
    torch.compiler.reset()
    for layer in model.transformer.h:
        layer.compile(backend=lambda graph, inputs: compiled.append(graph) or graph, fullgraph=True)
    counts = []
    for batch, losses in zip(batches, expected, strict=True):
        found = target_losses(twin, batch)
        found.sum().backward()
        torch.testing.assert_close(found.detach(), losses, atol=1e-4, rtol=1e-4)
        counts.append(len(compiled))
    assert counts[0] == 3  # the first layer, whose input has no gradient, those in the middle, and the last
    assert counts[-1] == counts[-3] < 10
