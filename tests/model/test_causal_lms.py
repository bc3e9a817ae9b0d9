"""Any causal LM of transformers: packed rows give the losses and gradients that its own forward gives each segment alone."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor
from torch.nn.functional import cross_entropy

from tests import tiny
from twin.errors import ModelError
from twin.model.attention import fuse_attention
from twin.model.losses import packing_way, target_losses
from twin.model.packing import Window, make_batch
from twin.model.template import CONTEXT, TEXT

SHAPE = {
    "vocab_size": 96,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 128,
    "initializer_range": 0.4,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def made(name: str, **settings: Any) -> Callable[[], Any]:
    """A tiny random model of the architecture, in float32."""

    def make() -> Any:
        torch.manual_seed(0)
        config = getattr(transformers, f"{name}Config")(**(SHAPE | settings))
        return transformers.AutoModelForCausalLM.from_config(config).eval()

    return make


def fused(**settings: Any) -> Callable[[], Any]:
    def make() -> Any:
        model = tiny.falcon(**settings)
        assert fuse_attention(model) == 2
        return model

    return make


MODELS: dict[str, Callable[[], Any]] = {
    "falcon": fused(),
    "falcon, several key heads": fused(heads=4, new_decoder_architecture=True, num_kv_heads=2),
    "falcon, not fused": tiny.falcon,
    "falcon, alibi": lambda: tiny.falcon(alibi=True),
    "qwen2": made("Qwen2"),
    "qwen3": made("Qwen3"),
    "llama": made("Llama"),
    "mistral": made("Mistral", sliding_window=12),
    "gemma 2": made("Gemma2", sliding_window=9, final_logit_softcapping=2.0, query_pre_attn_scalar=8),
    "gemma 3": made("Gemma3Text", sliding_window=9, layer_types=["sliding_attention", "full_attention"]),
    "gpt-2": made("GPT2", n_embd=32, n_layer=2, n_head=4, n_positions=128),
    "gpt-neox": made("GPTNeoX", rotary_pct=0.5),
    "granite": made("Granite", logits_scaling=3.0, attention_multiplier=0.3),
    "cohere": made("Cohere", logit_scale=0.3),
    "phi": made("Phi", num_key_value_heads=4),
    "mixtral": made("Mixtral", num_local_experts=2),
    "opt": made("OPT", ffn_dim=48, word_embed_proj_dim=32),
    "bloom": made("Bloom", n_layer=2, n_head=4),
    "mamba": made("Mamba", state_size=4),
}


APART = {"falcon, alibi", "bloom", "mamba"}
"""What cannot be packed."""


def window(number: int, size: int) -> Window:
    ids = torch.randint(3, 96, (size,), generator=torch.Generator().manual_seed(number)).tolist()
    kinds = [CONTEXT if place < 2 or place % 5 == 0 else TEXT for place in range(size)]
    return Window(tuple(ids), tuple(kinds), number, 0)


ROWS = [[window(1, 14), window(2, 25), window(3, 6)], [window(4, 30), window(5, 11)], [window(6, 45)]]


def alone(model: Any) -> Tensor:
    """The losses by the model's own forward, one segment after the other."""
    losses = []
    for row in ROWS:
        for one in row:
            logits = model(input_ids=torch.tensor([one.ids]), use_cache=False).logits[0].float()
            targets = [place for place, kind in enumerate(one.kinds) if kind != CONTEXT]
            losses.append(cross_entropy(logits[[place - 1 for place in targets]], torch.tensor(one.ids)[targets], reduction="none"))
    return torch.cat(losses)


def gradients(model: Any, losses: Tensor) -> dict[str, Tensor]:
    model.zero_grad()
    (losses * torch.linspace(0.5, 1.5, len(losses))).mean().backward()
    return {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.grad is not None}


@pytest.mark.parametrize("name", MODELS)
def test_packed_losses_and_gradients_are_those_of_each_segment_alone(name: str) -> None:
    model = MODELS[name]()
    expected = alone(model)
    wanted = gradients(model, expected)
    assert (packing_way(model, row_tokens=45) == "apart") == (name in APART)
    found = target_losses(model, make_batch(ROWS))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    assert found.std() > 0.1  # a model that says the same everywhere would leak unseen
    torch.testing.assert_close(gradients(model, found), wanted, atol=1e-5, rtol=1e-4)


def test_a_model_is_tried_once_and_left_as_it_was() -> None:
    model = MODELS["llama"]().train()
    calls = []
    model.register_forward_pre_hook(lambda *_: calls.append(1))
    assert packing_way(model, row_tokens=45) == "positions"
    assert calls
    assert model.training
    assert all(weight.grad is None for weight in model.parameters())
    calls.clear()
    assert packing_way(model, row_tokens=45) == "positions"
    assert not calls


def test_a_way_that_leaks_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As transformers' Falcon did with positions alone: nothing fails, the second segment just sees the first."""
    model = MODELS["llama"]()
    forward = model.model.forward
    monkeypatch.setattr(model.model, "forward", lambda *args, position_ids=None, **others: forward(*args, **others))
    assert packing_way(model, row_tokens=45) == "mask"
    torch.testing.assert_close(target_losses(model, make_batch(ROWS)), alone(model), atol=1e-5, rtol=1e-5)


def test_a_window_shorter_than_the_rows_is_tried() -> None:
    """A mask of twin's own takes the window's place in every layer, which shows in segments longer than the window only."""
    wide, narrow = MODELS["mistral"](), MODELS["mistral"]()
    for model in (wide, narrow):
        forward = model.model.forward
        model.model.forward = lambda *args, attention_mask=None, forward=forward, **others: forward(
            *args, attention_mask=torch.ones_like(others["input_ids"]) if attention_mask is None else attention_mask, **others
        )
    assert packing_way(wide, row_tokens=12) == "mask"
    assert packing_way(narrow, row_tokens=45) == "apart"


def test_a_model_that_answers_otherwise_than_by_its_own_forward_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = MODELS["llama"]()
    forward = model.model.forward
    monkeypatch.setattr(model.model, "forward", lambda *args, **given: forward(*args, **given | {"input_ids": given["input_ids"].flip(0)}))
    with pytest.raises(ModelError, match=r"base LlamaForCausalLM .*train\.base"):
        target_losses(model, make_batch(ROWS))
