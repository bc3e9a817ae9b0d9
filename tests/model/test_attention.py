from contextlib import nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from tests import tiny
from twin.model.attention import block_mask, fuse_attention, packed

IDS = torch.randint(12, 295, (2, 17), generator=torch.Generator().manual_seed(1))
KINDS: list[dict[str, Any]] = [
    {"multi_query": True},
    {"multi_query": False},
    {"new_decoder_architecture": True, "num_kv_heads": 2},
]


def pair(**config: Any) -> tuple[Any, Any]:
    """A Falcon as transformers makes it, and the same one with the fused attention."""
    stock, fused = tiny.falcon(heads=4, **config), tiny.falcon(heads=4, **config)
    assert fuse_attention(fused) == 2
    return stock, fused


def packed_mask() -> Tensor:
    return torch.stack([block_mask([5, 9], 17), block_mask([17], 17)])


@pytest.mark.parametrize("config", KINDS)
@pytest.mark.parametrize("masked", [False, True])
def test_logits_and_gradients_are_those_of_the_stock_attention(config: dict[str, Any], masked: bool) -> None:
    mask = packed_mask() if masked else None
    results = []
    for model in pair(**config):
        model.train()
        logits = model(IDS, attention_mask=mask).logits
        logits.square().mean().backward()
        results.append((logits.detach(), {name: weight.grad for name, weight in model.named_parameters()}))
    (logits, gradients), (fused_logits, fused_gradients) = results
    torch.testing.assert_close(fused_logits, logits, atol=1e-5, rtol=1e-5)
    assert gradients.keys() == fused_gradients.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(fused_gradients[name], gradient, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("config", KINDS)
def test_attention_by_segment_is_attention_by_mask(config: dict[str, Any]) -> None:
    _, fused = pair(**config)
    ids, lengths = torch.cat([IDS, IDS[:1]]), [[5, 9], [17], [1, 1, 15]]
    mask = torch.stack([block_mask(row, 17) for row in lengths])
    used = torch.tensor([[place < sum(row) for place in range(17)] for row in lengths])
    results = []
    for context in (nullcontext(), packed(lengths)):
        with context:
            logits = fused(ids, attention_mask=mask, use_cache=False).logits[used]
        fused.zero_grad()
        logits.square().mean().backward()
        results.append((logits.detach(), {name: weight.grad.clone() for name, weight in fused.named_parameters()}))
    torch.testing.assert_close(results[0], results[1], atol=1e-5, rtol=1e-4)


def test_the_segments_are_forgotten_after_the_call() -> None:
    _, fused = pair()
    before = fused(IDS, use_cache=False).logits
    with packed([[5, 12], [17]]):
        assert not torch.equal(fused(IDS, use_cache=False).logits, before)
    with pytest.raises(ValueError, match="invalid literal"), packed([[17], [1]]):
        int("whatever goes wrong inside")
    assert torch.equal(fused(IDS, use_cache=False).logits, before)


@torch.inference_mode()
def test_the_cache_gives_the_logits_of_the_whole() -> None:
    stock, fused = pair()
    whole = stock(IDS).logits
    cache, steps = None, []
    for start, end in ((0, 5), *((place, place + 1) for place in range(5, 17))):
        output = fused(IDS[:, start:end], past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        steps.append(output.logits)
    torch.testing.assert_close(torch.cat(steps, dim=1), whole, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
def test_it_reaches_the_fused_kernel_and_the_stock_attention_does_not(masked: bool) -> None:
    stock, fused = pair()
    mask = packed_mask() if masked else None
    with sdpa_kernel([SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION]):
        fused(IDS, attention_mask=mask).logits.sum().backward()
        with pytest.raises(RuntimeError, match="kernel"):
            stock(IDS, attention_mask=mask)


def test_models_with_alibi_or_other_attention_are_left_alone() -> None:
    model = tiny.falcon(alibi=True)
    before = model(IDS).logits
    assert fuse_attention(model) == 0
    assert torch.equal(model(IDS).logits, before)
    assert fuse_attention(torch.nn.Linear(2, 2)) == 0


def test_the_mask_is_causal_inside_each_segment() -> None:
    T, F = True, False
    assert block_mask([2, 3], 6).tolist() == [
        [
            [T, F, F, F, F, F],
            [T, T, F, F, F, F],
            [F, F, T, F, F, F],
            [F, F, T, T, F, F],
            [F, F, T, T, T, F],
            [F, F, F, F, F, T],
        ]
    ]
    with pytest.raises(ValueError, match="7 tokens do not fit a row of 6"):
        block_mask([4, 3], 6)
