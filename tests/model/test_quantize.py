import inspect
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from bitsandbytes.nn import Linear4bit
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM
from transformers.integrations import bitsandbytes as integration
from transformers.models.falcon import modeling_falcon

from tests import tiny
from twin.config import Train
from twin.errors import ModelError
from twin.model import base
from twin.model.adapter import adapter_weights, load_adapter, save_adapter, with_adapter
from twin.model.losses import target_losses
from twin.model.packing import make_batch
from twin.model.quantize import four_bits
from twin.model.score import make_rows

CPU = torch.device("cpu")
TEMPLATE = tiny.template()
BATCH = make_batch(make_rows(TEMPLATE, tiny.chatter(3), row_tokens=96, shared_tokens=10)[:1])


class _Exact(type(nn.Module)):  # type: ignore[misc]
    def __instancecheck__(cls, instance: Any) -> bool:
        return type(instance) is nn.Linear


class _ExactLinear(metaclass=_Exact):
    pass


@pytest.fixture(autouse=True)
def _newest_transformers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quantizes nn.Linear itself and no subclass of it, as transformers does from 5.5 on."""
    if "isinstance(module, (nn.Linear, Conv1D))" in inspect.getsource(integration.replace_with_bnb_linear):
        monkeypatch.setattr(integration, "nn", SimpleNamespace(Linear=_ExactLinear))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny.save_base(tmp_path_factory.mktemp("bases") / "base")


def load(folder: str, dtype: torch.dtype = torch.float32, place: torch.device = CPU) -> Any:
    return base.load_base(folder, base.load_template(folder), dtype=dtype, place=place, quantized=True)


def kinds(model: Any) -> Iterator[tuple[str, type]]:
    return ((name.rpartition(".")[2], type(module)) for name, module in model.named_modules() if isinstance(module, nn.Linear))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_blocks_of_a_falcon_are_in_4_bits_and_its_tied_head_is_not(folder: str, dtype: torch.dtype) -> None:
    model = load(folder, dtype)
    layers = ("query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h")
    assert list(kinds(model)) == [*[(name, Linear4bit) for name in layers] * 2, ("lm_head", nn.Linear)]
    weight = model.transformer.h[1].mlp.dense_4h_to_h.weight
    assert weight.quant_state.quant_type == "nf4"
    assert weight.quant_state.nested
    assert weight.dtype == torch.uint8
    assert weight.nbytes == 64 * 256 // 2
    assert {module.compute_dtype for module in model.modules() if isinstance(module, Linear4bit)} == {dtype}
    assert model.lm_head.weight is model.transformer.word_embeddings.weight
    assert model.lm_head.weight.dtype == dtype
    assert not any(weight.requires_grad for weight in model.parameters())
    ids = torch.arange(20, 40)[None]
    whole = tiny.falcon(heads=1)
    for inference in (torch.inference_mode, nullcontext):
        with inference():
            close = torch.cosine_similarity(model(ids).logits.float(), whole(ids).logits, dim=-1)
        assert close.min() > 0.97
    assert modeling_falcon.FalconLinear is not nn.Linear  # as it was


def test_a_falcon_that_was_left_whole_is_refused(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "plain_linears", nullcontext)
    with pytest.raises(ModelError, match=r"8 of its linear layers .*query_key_value is FalconLinear.*twin\.toml") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def llama(*, tied: bool) -> LlamaForCausalLM:
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 1, "num_attention_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tiny.tokenizer()) - 5, tie_word_embeddings=tied, **shape))


def gpt2() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(vocab_size=len(tiny.tokenizer()), n_embd=64, n_layer=1, n_head=2))


@pytest.mark.parametrize(("make", "tied"), [(lambda: llama(tied=True), True), (lambda: llama(tied=False), False), (gpt2, True)], ids=["tied", "llama", "gpt2"])
def test_other_bases_are_quantized_too_and_their_tables_grow_unquantized(make: Any, tied: bool, tmp_path: Path) -> None:
    folder = tiny.save_base(tmp_path / "base", make(), tiny.tokenizer())
    template = base.load_template(folder)
    template.added = [template.size - 1]  # as if it had been missing
    model: Any = base.load_base(folder, template, dtype=torch.float32, place=CPU, quantized=True)
    table, head = model.get_input_embeddings(), model.get_output_embeddings()
    assert table.weight.shape == head.weight.shape == (template.size, 64)
    assert (table.weight is head.weight) == tied
    blocks = [module for module in model.base_model.modules() if isinstance(module, nn.Linear)]
    assert len(blocks) == (4 if make is gpt2 else 7)
    assert {type(module) for module in blocks} == {Linear4bit}
    assert type(head) is nn.Linear


def test_qlora_trains_the_adapter_alone_and_nothing_becomes_float32(folder: str, tmp_path: Path) -> None:
    model = load(folder, torch.bfloat16)
    bits = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    twin = with_adapter(model, Train(method="qlora", rank=4, base=folder), added=[])
    assert {weight.dtype for weight in twin.parameters() if not weight.requires_grad} == {torch.uint8, torch.bfloat16}
    assert {weight.dtype for weight in adapter_weights(twin).values()} == {torch.float32}
    optimizer = torch.optim.AdamW([weight for weight in twin.parameters() if weight.requires_grad], lr=0.02)
    losses = []
    for _ in range(5):
        with torch.autocast("cpu", torch.bfloat16):
            loss = target_losses(twin, BATCH).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] - 1
    after = {name.removeprefix("base_model.model.").replace(".base_layer", ""): weight for name, weight in twin.named_parameters()}
    assert all(torch.equal(after[name], weight) for name, weight in bits.items())
    save_adapter(twin, tmp_path)
    found = load_adapter(load(folder, torch.bfloat16), tmp_path / "adapter")
    assert found.get_output_embeddings().weight is found.get_input_embeddings().weight
    with torch.inference_mode():
        assert float(target_losses(found, BATCH).mean()) == pytest.approx(float(target_losses(twin.bfloat16(), BATCH).mean()), abs=0.05)


def test_qlora_wants_a_base_in_4_bits(folder: str) -> None:
    whole = base.load_base(folder, TEMPLATE, dtype=torch.float32, place=CPU)
    with pytest.raises(ModelError, match="not in 4 bits"):
        with_adapter(whole, Train(method="qlora", base=folder), added=[])


def test_on_a_gpu_the_bits_are_stored_as_what_fsdp_can_shard() -> None:
    assert four_bits(torch.bfloat16, torch.device("cuda")).bnb_4bit_quant_storage == torch.bfloat16
    assert four_bits(torch.bfloat16, CPU).bnb_4bit_quant_storage == torch.uint8


@pytest.mark.gpu
def test_qlora_on_a_gpu(folder: str) -> None:
    place = torch.device("cuda")
    twin = with_adapter(load(folder, torch.bfloat16, place), Train(method="qlora", rank=4, base=folder), added=[])
    assert {weight.device.type for weight in twin.parameters()} == {"cuda"}
    assert {weight.dtype for weight in adapter_weights(twin).values()} == {torch.float32}
    with torch.autocast("cuda", torch.bfloat16):
        target_losses(twin, BATCH.to(place)).mean().backward()
    assert all(weight.grad is not None for weight in twin.parameters() if weight.requires_grad)
