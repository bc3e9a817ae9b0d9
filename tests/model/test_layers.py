import pytest
import torch

from tests import tiny
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
