"""Conversations read on together, from what is kept of them: the scores are those of the model's own forward over each alone."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests import tiny
from tests.model.test_causal_lms import MODELS
from twin.config import Train
from twin.model.adapter import base_alone, virtual_prefix, with_adapter
from twin.model.attention import fuse_attention
from twin.model.base import load_base
from twin.model.decoding import Kept, OwnPast, Past, new_past, read_on

CPU = torch.device("cpu")
ALONE = {"falcon, alibi", "mistral", "gemma 2", "gemma 3", "bloom", "mamba"}
"""What cannot read several together, or not further than its sliding window: it reads them one after the other."""
TALKS = [[(number * 97 + place * 31) % 90 + 3 for place in range(size)] for number, size in ((1, 30), (2, 50), (3, 12))]
PARTS = [(7, 20, 1, 1, 1), (30, 1, 1, 10, 8), (2, 4, 4, 1, 1)]
"""How many tokens of each come in each step: short and long together, and one by one."""


@pytest.fixture(scope="module")
def falcon() -> Any:
    model = tiny.falcon()
    fuse_attention(model)
    return model


def scores(model: Any, ids: list[int]) -> Tensor:
    return model(input_ids=torch.tensor([ids])).logits[:, -1].float()


def read(model: Any, *ids: int, past: Past | OwnPast | None = None) -> tuple[Past | OwnPast, Tensor]:
    past = past or new_past(model, longest=60)
    return past, read_on(model, [(past, ids)])


@torch.inference_mode()
@pytest.mark.parametrize("name", MODELS)
def test_conversations_read_together_get_the_scores_of_each_alone(name: str) -> None:
    model = MODELS[name]()
    pasts = [new_past(model, longest=60) for _ in TALKS]
    assert {isinstance(past, OwnPast) for past in pasts} == {name in ALONE}
    at = [0] * len(TALKS)
    for step in range(len(PARTS[0])):
        ends = [start + part[step] for start, part in zip(at, PARTS, strict=True)]
        found = read_on(model, [(past, talk[start:end]) for past, talk, start, end in zip(pasts, TALKS, at, ends, strict=True)])
        torch.testing.assert_close(found, torch.cat([scores(model, talk[:end]) for talk, end in zip(TALKS, ends, strict=True)]), atol=1e-4, rtol=1e-4)
        at = ends
    assert [past.ids for past in pasts] == [talk[:end] for talk, end in zip(TALKS, at, strict=True)]


@torch.inference_mode()
@pytest.mark.parametrize("name", ["falcon", "llama", "mistral", "gemma 3", "mamba"])
def test_a_conversation_that_is_cut_goes_on_as_if_the_rest_had_never_been(name: str) -> None:
    model = MODELS[name]()
    past, _ = read(model, *TALKS[1])
    past.cut(20)
    other = TALKS[0][:25]
    _, found = read(model, *[*TALKS[1][:20], *other][len(past.ids) :], past=past)
    torch.testing.assert_close(found, scores(model, [*TALKS[1][:20], *other]), atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_a_copy_goes_its_own_way(falcon: Any) -> None:
    past, _ = read(falcon, *TALKS[1])
    assert isinstance(past, Past)
    copy = past.copy(20)
    found = read_on(falcon, [(copy, TALKS[0]), (past, TALKS[2])])
    torch.testing.assert_close(found, torch.cat([scores(falcon, [*TALKS[1][:20], *TALKS[0]]), scores(falcon, [*TALKS[1], *TALKS[2]])]), atol=1e-4, rtol=1e-4)


@torch.inference_mode()
@pytest.mark.parametrize("name", ["falcon", "llama", "bloom"])
def test_what_fails_counts_as_not_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = MODELS[name]()
    past, _ = read(model, *TALKS[0][:5])

    def fail(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError

    last = model.get_output_embeddings()
    with monkeypatch.context() as broken:
        broken.setattr(last, "forward", fail)
        with pytest.raises(torch.OutOfMemoryError):
            read(model, *TALKS[0][5:9], past=past)
    assert past.ids in ([], TALKS[0][:5])
    _, found = read(model, *TALKS[0][len(past.ids) :], past=past)
    torch.testing.assert_close(found, scores(model, TALKS[0]), atol=1e-4, rtol=1e-4)


@torch.inference_mode()
@pytest.mark.parametrize("method", ["prefix", "prompt"])
def test_virtual_tokens_stand_before_every_conversation(method: str, tmp_path: Path) -> None:
    settings = Train.model_validate({"method": method, "base": tiny.save_base(tmp_path), "virtual_tokens": 5})
    with torch.inference_mode(False):
        twin = with_adapter(load_base(settings.base, None, dtype=torch.float32, place=CPU), settings, added=[]).eval()
    pasts = [new_past(twin, longest=60) for _ in TALKS]
    read_on(twin, [(past, talk[:9]) for past, talk in zip(pasts, TALKS, strict=True)])
    found = read_on(twin, [(past, talk[9:]) for past, talk in zip(pasts, TALKS, strict=True)])
    causal = twin.get_base_model()
    alone = [causal(input_ids=torch.tensor([talk]), past_key_values=virtual_prefix(twin, 1)).logits[:, -1] for talk in TALKS]
    torch.testing.assert_close(found, torch.cat(alone), atol=1e-4, rtol=1e-4)
    assert (found - torch.cat([scores(causal, talk) for talk in TALKS])).abs().max() > 0.1
    with base_alone(twin):
        _, found = read(twin, *TALKS[0])
    torch.testing.assert_close(found, scores(causal, TALKS[0]), atol=1e-4, rtol=1e-4)


def test_the_past_that_goes_furthest_is_taken_and_cut() -> None:
    kept = Kept()
    for ids in ([1, 2, 3, 4], [1, 2, 3, 7, 8, 9], [5, 6]):
        kept.put("a", filled(ids))
    found = kept.take("a", [1, 2, 3, 7, 8, 1, 1], [], Past)
    assert found.ids == [1, 2, 3, 7, 8]
    assert kept.take("a", [1, 2, 3, 4], [], Past).ids == [1, 2, 3]  # one token is left to be read: its scores are asked for
    assert kept.take("a", [1, 2, 3], [], Past).ids == []  # both are away
    assert kept.take("b", [5, 6, 7], [], Past).ids == []  # another voice has read it


def test_a_past_that_would_lose_more_than_it_keeps_is_copied_and_so_is_one_in_use() -> None:
    kept = Kept()
    long, busy = filled([1, 2, 3, 4, 5]), filled([9, 8, 7])
    kept.put("a", long)
    found = kept.take("a", [1, 2, 9], [], Past)
    assert (found.ids, long.ids) == ([1, 2], [1, 2, 3, 4, 5])
    assert found is not long
    assert kept.take("a", [1, 2, 3, 4, 9], [], Past) is long
    found = kept.take("a", [9, 8, 7, 6], [busy], Past)
    assert (found.ids, busy.ids) == ([9, 8, 7], [9, 8, 7])
    assert found is not busy


def test_what_was_used_last_is_kept_as_far_as_there_is_room() -> None:
    one = filled([1]).size
    kept = Kept(most=3 * one)
    for number in range(10):
        kept.put("a", filled([number]))
        assert kept.size <= 3 * one
    assert [kept.take("a", [number, 0], [], Past).ids for number in range(10)] == [[]] * 7 + [[7], [8], [9]]


def filled(ids: list[int]) -> Past:
    past = Past()
    past.add(0, torch.zeros(1, 1, len(ids), 4), torch.zeros(1, 1, len(ids), 4))
    past.ids.extend(ids)
    return past
