from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from torch.func import vjp
from torch.nn.attention import SDPBackend, sdpa_kernel, varlen

from tests import tiny
from twin.model import attention
from twin.model.attention import fuse_attention, hidden_at, is_fused, segment_mask, segments_argument
from twin.model.layers import recompute

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


def cuts_of(*lengths: int) -> Tensor:
    return torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)


def packed_mask() -> Tensor:
    return segment_mask(cuts_of(5, 9, 3, 17), 2, 17)


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


ROWS_IDS = torch.cat([IDS, IDS[:1]])
CUTS = cuts_of(5, 9, 3, 17, 1, 1, 15)


def outcome(model: Any, mask: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Logits of three packed rows, and the gradients of all weights."""
    model.zero_grad()
    logits = model(ROWS_IDS, attention_mask=mask, use_cache=False).logits
    logits.float().square().mean().backward()
    return logits.detach(), {name: weight.grad.clone() for name, weight in model.named_parameters()}


@pytest.mark.parametrize("config", KINDS)
def test_attention_by_segment_is_attention_by_mask(config: dict[str, Any]) -> None:
    stock, fused = pair(**config)
    expected = outcome(stock, segment_mask(CUTS, 3, 17))
    torch.testing.assert_close(outcome(fused, segments_argument(CUTS, 17)), expected, atol=1e-5, rtol=1e-4)


def test_the_segments_hold_when_a_layer_is_computed_a_second_time() -> None:
    _, fused = pair()
    expected = outcome(fused, segments_argument(CUTS, 17))
    fused.train()
    recompute(fused)
    torch.testing.assert_close(outcome(fused, segments_argument(CUTS, 17)), expected, atol=1e-6, rtol=1e-6)


def test_no_mask_of_the_whole_square_is_made_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    _, fused = pair()
    monkeypatch.setattr(attention, "segment_mask", lambda *_: pytest.fail("a dense mask was built"))
    outcome(fused, segments_argument(CUTS, 17))


@contextmanager
def varlen_on_cpu(monkeypatch: pytest.MonkeyPatch, *dtypes: torch.dtype) -> Iterator[list[int]]:
    """torch's own varlen_attn with kernels for the CPU under it that are as strict as Flash Attention's; gives the number of calls."""
    calls: list[int] = []

    def segments(query: Tensor, key: Tensor, value: Tensor, cuts: Tensor, longest: int, window: list[int], causal: bool) -> Iterator[tuple[Any, ...]]:
        width = query.shape[-1]
        assert {query.dtype, key.dtype, value.dtype} <= {torch.float16, torch.bfloat16, *dtypes}
        assert query.dtype == key.dtype == value.dtype
        assert width % 8 == 0 <= width <= 256
        assert all(part.stride(-1) == 1 and part.ndim == 3 for part in (query, key, value))
        assert key.shape == value.shape == (query.shape[0], key.shape[1], width)
        assert query.shape[1] % key.shape[1] == 0
        assert cuts.dtype == torch.int32
        assert cuts.is_contiguous()
        assert cuts[0] == 0
        assert cuts[-1] == query.shape[0]
        assert cuts.diff().max() == longest
        assert (window, causal) == ([-1, 0], True)
        calls.append(key.shape[1])
        for start, end in pairwise(cuts.tolist()):
            yield tuple(part[start:end].transpose(0, 1).double() for part in (query, key, value))

    def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        k, v = (part.repeat_interleave(q.shape[0] // k.shape[0], dim=0) for part in (k, v))
        scores = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
        hidden = torch.ones(scores.shape[1:], dtype=torch.bool).triu(1)
        return (scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v).transpose(0, 1)

    def forward(
        query: Tensor,
        key: Tensor,
        value: Tensor,
        cu_seq_q: Tensor,
        cu_seq_k: Tensor | None,
        max_q: int,
        max_k: int,
        is_causal: bool = False,
        scale: float | None = None,
        window_size: list[int] | None = None,
        enable_gqa: bool = False,
        seqused_k: Tensor | None = None,
        block_table: Tensor | None = None,
        num_splits: int | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        assert cu_seq_k is not None
        assert (scale, enable_gqa, seqused_k, block_table, num_splits) == (None, True, None, None, None)
        assert torch.equal(cu_seq_q, cu_seq_k)
        assert max_q == max_k
        mixed = [attend(*parts) for parts in segments(query, key, value, cu_seq_q, max_q, window_size or [], is_causal)]
        return torch.cat(mixed).to(query.dtype), query.new_zeros(query.shape[1], len(query), dtype=torch.float32), torch.zeros(2, dtype=torch.uint64)

    def backward(
        grad_out: Tensor,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        out: Tensor,
        lse: Tensor,
        cu_seq_q: Tensor,
        cu_seq_k: Tensor,
        max_q: int,
        max_k: int,
        is_causal: bool,
        rng_state: Tensor,
        scale: float | None = None,
        window_size: list[int] | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        given = segments(query, key, value, cu_seq_q, max_q, window_size or [], is_causal)
        pieces = [vjp(attend, *parts)[1](piece.double()) for parts, piece in zip(given, grad_out.split(cu_seq_q.diff().tolist()), strict=True)]
        query_gradient, key_gradient, value_gradient = (torch.cat(list(parts), dim=1).transpose(0, 1).to(query.dtype) for parts in zip(*pieces, strict=True))
        return query_gradient.contiguous(), key_gradient.contiguous(), value_gradient.contiguous()

    for operator, kernel in ((varlen._varlen_attn, forward), (varlen._varlen_attn_backward, backward)):
        if "cpu" not in operator._backend_fns:
            operator.register_kernel("cpu")(lambda *given, name=operator._name: KERNELS[name](*given))
        monkeypatch.setitem(KERNELS, operator._name, kernel)
    monkeypatch.setattr(attention, "_has_varlen", torch.compiler.assume_constant_result(lambda place: True))
    if dtypes:
        monkeypatch.setattr(attention, "_HALF", (torch.bfloat16, torch.float16, *dtypes))
    yield calls


KERNELS: dict[str, Any] = {}
"""What stands under torch's operators on the CPU at the moment; an operator's kernel cannot be taken back."""


@pytest.mark.parametrize("config", KINDS)
def test_variable_length_attention_is_attention_by_mask(config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    stock, fused = pair(**config)
    expected = outcome(stock, segment_mask(CUTS, 3, 17))
    with varlen_on_cpu(monkeypatch, torch.float32) as calls:
        found = outcome(fused, segments_argument(CUTS, 17))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    assert calls == [fused.transformer.h[0].self_attention.num_kv_heads] * 4  # keys and values unexpanded; two layers, there and back


@pytest.mark.parametrize("autocast", [False, True])
def test_variable_length_attention_is_given_half_precision(autocast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stock, fused = pair()
    expected = outcome(stock, segment_mask(CUTS, 3, 17))[0]
    if not autocast:
        fused.to(torch.bfloat16)
    with varlen_on_cpu(monkeypatch) as calls, torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        found = outcome(fused, segments_argument(CUTS, 17))[0]
    assert calls
    assert (found - expected).norm() < 0.05 * expected.norm()


def test_without_half_precision_variable_length_attention_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _, fused = pair()
    with varlen_on_cpu(monkeypatch) as calls:
        outcome(fused, segments_argument(CUTS, 17))
    assert not calls


PLACES = torch.tensor([3, 4, 13, 16, 20, 36, 37, 50])
POSITIONS = torch.cat([torch.arange(length) for length in CUTS.diff().tolist()]).view(3, 17)


@pytest.mark.parametrize("config", KINDS)
@pytest.mark.parametrize("kernel", ["own", "varlen", "pieces"])
def test_some_outputs_are_as_they_are_among_all(config: dict[str, Any], kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for places in (None, PLACES):
        model: Any = pair(**config)[1].transformer.train()
        model.to(torch.float64 if kernel == "pieces" else torch.float32)
        seen: list[int] = []
        model.h[-1].mlp.register_forward_pre_hook(lambda module, given, seen=seen: seen.append(given[0].shape[:-1].numel()))
        with varlen_on_cpu(monkeypatch, *([torch.float32] if kernel == "varlen" else [])):
            if places is None:
                hidden = model(ROWS_IDS, attention_mask=segments_argument(CUTS, 17), position_ids=POSITIONS, use_cache=False).last_hidden_state
                hidden = hidden.flatten(0, 1)[PLACES]
            else:
                hidden = hidden_at(model, ROWS_IDS, POSITIONS, segments_argument(CUTS, 17), places)[0]
            hidden.square().mean().backward()
        assert seen == [len(PLACES) if places is not None else ROWS_IDS.numel()]
        results.append((hidden.detach(), [weight.grad for weight in model.parameters()]))
    torch.testing.assert_close(results[1], results[0], atol=1e-5, rtol=1e-4)


def test_a_falcon_whose_parts_come_one_after_the_other_takes_no_segments() -> None:
    model = tiny.falcon(parallel_attn=False)
    assert fuse_attention(model) == 2
    assert not is_fused(model)


@pytest.mark.parametrize("kernel", ["varlen", "mask"])
@pytest.mark.slow
def test_a_fused_model_with_an_adapter_compiles_without_a_break(kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fused: Any = tiny.falcon(num_hidden_layers=1)
    assert fuse_attention(fused) == 1
    twin: Any = get_peft_model(fused, LoraConfig(r=2, target_modules="all-linear", init_lora_weights=False))
    expected = outcome_of_adapter(twin, fused.transformer)
    torch.compiler.reset()
    with varlen_on_cpu(monkeypatch, *([torch.float32] if kernel == "varlen" else [])) as calls:
        compiled = torch.compile(fused.transformer, backend="eager", fullgraph=True)
        found = outcome_of_adapter(twin, compiled)
    assert bool(calls) == (kernel == "varlen")
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def outcome_of_adapter(twin: Any, base: Any) -> tuple[Tensor, list[Tensor]]:
    twin.zero_grad()
    hidden = base(ROWS_IDS, attention_mask=segments_argument(CUTS, 17), use_cache=False).last_hidden_state
    hidden.square().mean().backward()
    return hidden.detach(), [weight.grad.clone() for weight in twin.parameters() if weight.requires_grad]


@pytest.mark.gpu
def test_on_a_gpu_the_real_kernel_gives_the_same() -> None:
    stock, fused = (model.to("cuda", torch.bfloat16) for model in pair())
    ids, cuts = ROWS_IDS.cuda(), CUTS.cuda()
    results = []
    for model, mask in ((stock, segment_mask(cuts, 3, 17)), (fused, segments_argument(cuts, 17))):
        logits = model(ids, attention_mask=mask, use_cache=False).logits
        logits.float().square().mean().backward()
        results.append((logits.float(), torch.cat([weight.grad.float().flatten() for weight in model.parameters()])))
    for expected, found in zip(*results, strict=True):
        assert (found - expected).norm() < 0.03 * expected.norm()


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
    assert segment_mask(cuts_of(2, 1, 1, 2), 2, 3).int().tolist() == [
        [[[T, F, F], [T, T, F], [F, F, T]]],
        [[[T, F, F], [F, T, F], [F, T, T]]],
    ]
    assert segments_argument(cuts_of(2, 1, 1, 2), 2).shape == (1, 1, 2, 5)
