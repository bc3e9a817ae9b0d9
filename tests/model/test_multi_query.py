import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from twin.model.multi_query import BLOCK, multi_query_attention


def by_segment(query: Tensor, key: Tensor, value: Tensor, lengths: list[int]) -> Tensor:
    """torch's own attention, a segment at a time."""
    pieces = []
    for q, k, v in zip(query.split(lengths), key.split(lengths), value.split(lengths), strict=True):
        shared = (part[None].expand(q.shape[1], -1, -1) for part in (k, v))
        pieces.append(scaled_dot_product_attention(q.transpose(0, 1), *shared, is_causal=True).transpose(0, 1))
    return torch.cat(pieces)


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("lengths", [[1], [7, 1, 30], [BLOCK], [BLOCK - 1, BLOCK + 1], [2 * BLOCK + 5, 3]])
def test_values_and_gradients_are_those_of_torchs_attention(lengths: list[int], heads: int) -> None:
    torch.manual_seed(0)
    tokens, width = sum(lengths), 16
    query, key, value = (torch.randn(shape, requires_grad=True) for shape in ((tokens, heads, width), (tokens, width), (tokens, width)))
    above = torch.randn(tokens, heads, width)
    found, wanted = (attend(query, key, value, lengths) for attend in (multi_query_attention, by_segment))
    torch.testing.assert_close(found, wanted)
    gradients = [torch.autograd.grad(mixed, (query, key, value), above) for mixed in (found, wanted)]
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("share", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("lengths", [[7, 1, 30], [BLOCK - 1, BLOCK + 1], [2 * BLOCK + 5, 300, 3]])
def test_some_queries_are_answered_as_among_all(lengths: list[int], share: float) -> None:
    torch.manual_seed(0)
    tokens = sum(lengths)
    query, key, value = (torch.randn(shape, requires_grad=True) for shape in ((tokens, 2, 16), (tokens, 16), (tokens, 16)))
    places = torch.randperm(tokens)[: max(1, int(share * tokens))].sort().values
    found = multi_query_attention(query[places], key, value, lengths, places)
    wanted = by_segment(query, key, value, lengths)[places]
    torch.testing.assert_close(found, wanted)
    above = torch.randn(found.shape)
    for one, other in zip(*(torch.autograd.grad(mixed, (query, key, value), above) for mixed in (found, wanted)), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_what_is_not_laid_out_in_a_row_is_taken_all_the_same() -> None:
    torch.manual_seed(0)
    whole = torch.randn(40, 4, 16)
    query, key, value = whole[:, :2], whole[:, 2], whole[:, 3]
    torch.testing.assert_close(multi_query_attention(query, key, value, [40]), by_segment(query, key, value, [40]))


def test_nothing_as_large_as_the_scores_is_kept() -> None:
    kept = []
    query, key = torch.randn(300, 2, 16, requires_grad=True), torch.randn(300, 16, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: kept.append(tensor.numel()) or tensor, lambda tensor: tensor):
        multi_query_attention(query, key, key, [300])
    assert kept
    assert max(kept) <= 300 * 2 * 16
