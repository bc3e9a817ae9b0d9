from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM

from tests import tiny
from twin.config import Train
from twin.errors import ModelError
from twin.model import adapter, base
from twin.model.adapter import adapter_weights, base_alone, load_adapter, load_twin, restore_weights, save_adapter, virtual_prefix, with_adapter
from twin.model.generate import generate
from twin.model.losses import packing_way, target_losses
from twin.model.packing import Batch, Window, make_batch
from twin.model.sampling import Sampling
from twin.model.score import make_rows

CPU = torch.device("cpu")
METHODS = ["lora", "qlora", "dora", "prefix", "prompt", "full"]
VIRTUAL = ["prefix", "prompt"]
TEMPLATE = tiny.template()
PROMPT = TEMPLATE.prompt(TEMPLATE.header("Ann", contact="Bob"), [tiny.them("hi there")], group=False)
GREEDY = Sampling(temperature=0, repetition_penalty=1, max_tokens=8)
ROWS = make_rows(TEMPLATE, tiny.chatter(5), row_tokens=128, shared_tokens=10)[:2]
BATCH = make_batch(ROWS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny.save_base(tmp_path_factory.mktemp("bases") / "base")


def load(folder: str, *, dtype: torch.dtype = torch.float32, quantized: bool = False) -> Any:
    return base.load_base(folder, base.load_template(folder), dtype=dtype, place=CPU, quantized=quantized)


def settings_for(method: str, folder: str) -> Train:
    return Train.model_validate({"method": method, "base": folder, "rank": 4, "virtual_tokens": 5})


def fresh(method: str, folder: str) -> Any:
    torch.manual_seed(0)
    settings = settings_for(method, folder)
    template = base.load_template(folder)
    return with_adapter(load(folder, quantized=method == "qlora"), settings, added=template.added)


def learn(model: Any, batch: Batch, *, steps: int = 4, rate: float = 0.05) -> None:
    optimizer = torch.optim.AdamW([weight for weight in model.parameters() if weight.requires_grad], lr=rate)
    for _ in range(steps):
        target_losses(model, batch).mean().backward()
        optimizer.step()
        optimizer.zero_grad()


@torch.no_grad()
def losses(model: Any, batch: Batch = BATCH) -> Tensor:
    return target_losses(model, batch)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_learns_saves_and_answers_the_same_when_loaded(method: str, folder: str, tmp_path: Path) -> None:
    twin = fresh(method, folder)
    alone = losses(load(folder, quantized=method == "qlora"))
    if method not in VIRTUAL:
        torch.testing.assert_close(losses(twin), alone, atol=1e-5, rtol=1e-5)  # nothing is learned yet
    started = {name: weight.clone() for name, weight in adapter_weights(twin).items()}
    before = losses(twin)
    learn(twin, BATCH, rate=0.005 if method == "full" else 0.05)
    after = losses(twin)
    assert after.mean() < before.mean() - 0.1
    with base_alone(twin):
        torch.testing.assert_close(losses(twin), after if method == "full" else alone, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(losses(twin), after)

    save_adapter(twin, tmp_path)
    told: list[str] = []
    found = load_twin(tmp_path, settings_for(method, folder), TEMPLATE, CPU, progress=told.append)
    assert told[-1] == f"loading the {'model' if method == 'full' else 'adapter'} of {tmp_path.name}"
    torch.testing.assert_close(losses(found.model), after, atol=1e-5, rtol=1e-5)
    assert list(generate(found.model, TEMPLATE, PROMPT, GREEDY)) == list(generate(twin.eval(), TEMPLATE, PROMPT, GREEDY))
    for _ in range(2):
        with found.base_alone() as model:
            torch.testing.assert_close(losses(model), alone, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(losses(found.model), after, atol=1e-5, rtol=1e-5)
    causal = found.model if method == "full" else found.model.get_base_model()
    assert causal.get_output_embeddings().weight is causal.get_input_embeddings().weight

    restore_weights(twin, started)
    torch.testing.assert_close(losses(twin), before)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_saved_is_private_whole_and_nothing_else(method: str, folder: str, tmp_path: Path) -> None:
    twin = fresh(method, folder)
    (tmp_path / ".model.partial").mkdir()
    (tmp_path / ".adapter.partial").mkdir()
    for _ in range(2):
        save_adapter(twin, tmp_path)
    saved = tmp_path / ("model" if method == "full" else "adapter")
    wanted = {"config.json", "generation_config.json", "model.safetensors"} if method == "full" else {"adapter_config.json", "adapter_model.safetensors"}
    assert {path.name for path in saved.iterdir()} == wanted
    assert {path.stat().st_mode & 0o777 for path in saved.iterdir()} == {0o600}
    assert saved.stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / f".{saved.name}.partial").exists()
    weights = adapter_weights(twin)
    trained = sum(weight.numel() for weight in twin.parameters() if weight.requires_grad)
    assert sum(weight.numel() for weight in weights.values()) == trained
    assert not any(weight.requires_grad for weight in weights.values())
    assert any("lora_magnitude_vector" in name for name in weights) == (method == "dora")


def test_the_layers_that_get_an_adapter_can_be_chosen(folder: str) -> None:
    def layers(*targets: str) -> set[str]:
        twin = with_adapter(load(folder), Train(rank=2, targets=list(targets)), added=[])
        return {name.removeprefix("base_model.model.transformer.").partition(".lora_")[0] for name in adapter_weights(twin)}

    assert layers("query_key_value") == {f"h.{number}.self_attention.query_key_value" for number in (0, 1)}
    assert layers("1.mlp.dense_4h_to_h", "self_attention.dense") == {"h.1.mlp.dense_4h_to_h", "h.0.self_attention.dense", "h.1.self_attention.dense"}
    assert len(layers()) == 8
    for stranger in ("q_proj", "lm_head", "word_embeddings", "4h_to_h"):
        message = rf'train\.targets: .*"{stranger}"; there are dense, dense_4h_to_h, dense_h_to_4h, query_key_value'
        with pytest.raises(ModelError, match=message):
            layers("query_key_value", stranger)


def kept_bytes(model: Any, *, autocast: bool = True) -> dict[torch.dtype, int]:
    """Bytes of activations that are kept for the gradient, by type; each once."""
    kept: dict[int, tuple[torch.dtype, int]] = {}
    tokens = BATCH.ids.numel()
    held = []

    def note(tensor: Tensor) -> Tensor:
        if tensor.shape[:2] == BATCH.ids.shape or tensor.shape[:1] == (tokens,):
            kept[tensor.untyped_storage().data_ptr()] = (tensor.dtype, tensor.untyped_storage().nbytes())
            held.append(tensor)  # or its place would be taken by the next
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        causal = model.get_base_model()
        causal.base_model(input_ids=BATCH.ids, use_cache=False)
    sums: dict[torch.dtype, int] = {}
    for dtype, size in kept.values():
        sums[dtype] = sums.get(dtype, 0) + size
    return sums


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated")  # peft asks the newest transformers for it
@pytest.mark.parametrize("dropout", [0.0, 0.05])
def test_an_adapter_is_float32_and_its_activations_are_those_of_a_bfloat16_one(dropout: float, folder: str) -> None:
    config = LoraConfig(r=4, lora_dropout=dropout, target_modules="all-linear", task_type="CAUSAL_LM")
    twin = with_adapter(load(folder, dtype=torch.bfloat16), Train(rank=4, dropout=dropout), added=[]).train()
    assert {weight.dtype for weight in adapter_weights(twin).values()} == {torch.float32}
    small: Any = get_peft_model(load(folder, dtype=torch.bfloat16), config, autocast_adapter_dtype=False)
    ours, least = kept_bytes(twin), kept_bytes(small.train(), autocast=False)
    assert ours == least
    assert set(ours) == {torch.bfloat16}
    peft: Any = get_peft_model(load(folder, dtype=torch.bfloat16), config)
    assert sum(kept_bytes(peft.train()).values()) > 1.05 * sum(ours.values())
    assert sum(kept_bytes(peft, autocast=False).values()) > 1.4 * sum(ours.values())


@pytest.mark.parametrize(("dropout", "calls"), [(0.0, 0), (0.1, 8)])
def test_a_float32_adapter_without_dropout_is_folded_into_its_base(dropout: float, calls: int, folder: str) -> None:
    twin = with_adapter(load(folder), Train(rank=4, dropout=dropout), added=[]).train()
    packing_way(twin, row_tokens=128)
    seen: list[int] = []
    for name, module in twin.named_modules():
        if name.endswith("lora_A.default"):
            module.register_forward_hook(lambda *_: seen.append(1))
    target_losses(twin, BATCH)
    assert len(seen) == calls


def test_dropout_costs_memory_and_is_off_by_default(folder: str) -> None:
    least, more = (kept_bytes(with_adapter(load(folder), Train(rank=4, **dropout), added=[]).train()) for dropout in ({}, {"dropout": 0.05}))
    assert sum(more.values()) > 1.3 * sum(least.values())


def segments(rows: list[list[Window]]) -> list[Window]:
    return [window for row in rows for window in row]


def own_losses(logits: Tensor, window: Window) -> Tensor:
    """-ln p of a window's targets, from the logits of the window alone."""
    after = [place for place, kind in enumerate(window.kinds) if kind]
    return cross_entropy(logits[0, [place - 1 for place in after]], torch.tensor([window.ids[place] for place in after]), reduction="none")


@pytest.mark.parametrize("method", VIRTUAL)
@torch.no_grad()
def test_packed_rows_under_virtual_tokens_are_exact(method: str, folder: str) -> None:
    """Each segment as if it were alone behind the virtual tokens."""
    assert max(len(row) for row in ROWS) > 1
    twin, plain = fresh(method, folder), tiny.falcon(heads=1)
    expected = []
    for window in segments(ROWS):
        ids = torch.tensor([window.ids])
        if method == "prompt":
            virtual = twin.prompt_encoder["default"].embedding.weight[None]
            logits = plain(inputs_embeds=torch.cat([virtual, plain.get_input_embeddings()(ids)], dim=1)).logits[:, 5:]
        else:
            parts = twin.prompt_encoder["default"].embedding.weight.view(5, 2, 2, 1, 64).permute(1, 2, 3, 0, 4)[:, :, None]
            logits = plain(ids, past_key_values=DynamicCache([(keys, values) for keys, values in parts])).logits
        expected.append(own_losses(logits, window))
    torch.testing.assert_close(losses(twin), torch.cat(expected), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("method", VIRTUAL)
def test_the_virtual_tokens_of_a_reply_are_those_of_training(method: str, folder: str) -> None:
    twin = fresh(method, folder).eval()
    seen: list[Tensor] = []
    packing_way(twin, row_tokens=64)  # not now
    twin.get_base_model().get_output_embeddings().register_forward_hook(lambda *call: seen.append(call[2].clone()))
    window = Window((*PROMPT, tiny.HEADER), (*[0] * len(PROMPT), 1), 0, 0)
    losses(twin, make_batch([[window]]))
    assert len(seen) == 1
    list(generate(twin, TEMPLATE, PROMPT, Sampling(temperature=0, max_tokens=3)))
    torch.testing.assert_close(seen[1].flatten(), seen[0].flatten(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("method", VIRTUAL)
def test_a_layer_that_is_computed_again_finds_the_same_virtual_tokens(method: str, folder: str) -> None:
    twin = fresh(method, folder)
    weight = twin.prompt_encoder["default"].embedding.weight
    target_losses(twin, BATCH).mean().backward()
    wanted, weight.grad = weight.grad, None
    for layer in twin.get_base_model().transformer.h:
        layer.forward = partial(checkpoint, layer.forward, use_reentrant=False)
    target_losses(twin, BATCH).mean().backward()
    assert wanted.abs().max() > 1e-4
    torch.testing.assert_close(weight.grad, wanted)


def test_virtual_tokens_are_for_every_row_and_only_where_there_are_some(folder: str) -> None:
    twin = with_adapter(tiny.falcon(heads=2), settings_for("prefix", folder), added=[])  # with its one key/value head
    prefix = virtual_prefix(twin, 3)
    assert prefix is not None
    assert [tuple(layer.keys.shape) for layer in prefix.layers] == [(3, 1, 5, 64)] * 2
    with base_alone(twin):
        assert virtual_prefix(twin, 3) is None
    assert virtual_prefix(fresh("lora", folder), 3) is None
    assert virtual_prefix(load(folder), 3) is None


@pytest.mark.parametrize("method", VIRTUAL)
def test_virtual_tokens_in_bfloat16(method: str, folder: str) -> None:
    twin = with_adapter(load(folder, dtype=torch.bfloat16), settings_for(method, folder), added=[])
    assert {weight.dtype for weight in adapter_weights(twin).values()} == {torch.float32}
    assert {layer.keys.dtype for layer in virtual_prefix(twin, 1).layers} == {torch.bfloat16}
    with torch.autocast("cpu", torch.bfloat16):
        target_losses(twin, BATCH).mean().backward()
    assert list(generate(twin.eval(), TEMPLATE, PROMPT, Sampling(max_tokens=2)))[-1]


def llama(*, tied: bool) -> LlamaForCausalLM:
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tiny.tokenizer()), tie_word_embeddings=tied, initializer_range=0.1, **shape))


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("method", VIRTUAL)
def test_added_markers_are_learned_under_virtual_tokens_too(method: str, tied: bool, tmp_path: Path) -> None:
    folder = tiny.save_base(tmp_path / "base", llama(tied=tied), tiny.tokenizer())
    template = base.load_template(folder)
    template.added = [tiny.ANSWER, template.stop_id]  # as if they had been missing

    def grown() -> Any:
        return base.load_base(folder, template, dtype=torch.float32, place=CPU)

    alone = losses(grown())
    torch.manual_seed(0)
    twin = with_adapter(grown(), settings_for(method, folder), added=template.added)
    learn(twin, BATCH)
    after = losses(twin)
    rows = {name: weight for name, weight in adapter_weights(twin).items() if "trainable_tokens" in name}
    assert len(rows) == (1 if tied else 2)
    before = grown().get_input_embeddings().weight[template.added]
    assert all((weight - before).abs().max() > 0.01 for weight in rows.values())
    with base_alone(twin):
        torch.testing.assert_close(losses(twin), alone)
    torch.testing.assert_close(losses(twin), after)
    save_adapter(twin, tmp_path)
    found = load_twin(tmp_path, settings_for(method, folder), template, CPU)
    torch.testing.assert_close(losses(found.model), after, atol=1e-5, rtol=1e-5)
    with found.base_alone() as model:
        torch.testing.assert_close(losses(model), alone, atol=1e-5, rtol=1e-5)
    with pytest.raises(ModelError, match="has no counterpart"):
        load_adapter(grown(), tmp_path / "adapter")  # without the markers


def test_a_whole_model_keeps_what_its_markers_learned(tmp_path: Path) -> None:
    folder = tiny.save_base(tmp_path / "base", llama(tied=False), tiny.tokenizer())
    template = base.load_template(folder)
    template.added = [tiny.ANSWER]
    twin = with_adapter(base.load_base(folder, template, dtype=torch.float32, place=CPU), settings_for("full", folder), added=template.added)
    learn(twin, BATCH, rate=0.005)
    save_adapter(twin, tmp_path)
    found = load_twin(tmp_path, settings_for("full", folder), template, CPU).model
    assert all(torch.equal(found.get_parameter(name), weight) for name, weight in adapter_weights(twin).items())


@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_a_damaged_whole_model_is_one_line(damage: str, folder: str, tmp_path: Path) -> None:
    if damage != "missing":
        save_adapter(fresh("full", folder), tmp_path)
        weights = tmp_path / "model" / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[: -1000 if damage == "cut" else 0])
    with pytest.raises(ModelError, match=r"/model (is damaged|holds no model).*twin train") as caught:
        load_twin(tmp_path, settings_for("full", folder), TEMPLATE, CPU)
    assert "\n" not in str(caught.value)


def test_the_base_of_a_whole_model_is_loaded_once_and_only_when_asked_for(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_adapter(fresh("full", folder), tmp_path)
    names: list[str] = []

    def watched(name: str, *given: Any, **options: Any) -> Any:
        names.append(name)
        return base.load_base(name, *given, **options)

    monkeypatch.setattr(adapter, "load_base", watched)
    twin = load_twin(tmp_path, settings_for("full", folder), TEMPLATE, CPU)
    assert names == [str(tmp_path / "model")]
    for _ in range(2):
        with twin.base_alone():
            assert names == [str(tmp_path / "model"), folder]
