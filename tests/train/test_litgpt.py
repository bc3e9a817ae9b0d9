import itertools
import json
import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import FalconForCausalLM, Qwen2Config, Qwen2ForCausalLM

from tests import tiny
from tests.train.test_loop import adapter, assert_same, changed, metrics, new, stop_at
from twin.config import Train
from twin.dataset import read_split
from twin.errors import Interrupted, TrainingError
from twin.model import base
from twin.model.adapter import adapter_weights, load_adapter, save_adapter
from twin.model.attention import fuse_attention
from twin.model.losses import target_losses
from twin.model.packing import Batch, make_batch
from twin.model.score import make_rows, score
from twin.train.litgpt import FabricAccelerator, LitgptLosses, check_settings, shared_model, with_litgpt_adapter
from twin.train.loop import train

CPU = torch.device("cpu")


def lora(**values: Any) -> Train:
    return Train(engine="litgpt", method="lora", rank=4, alpha=12, **values)


def falcon(*, heads: int = 3, **config: Any) -> FalconForCausalLM:
    """A tiny Falcon in which no norm is the identity; the same every time."""
    model = tiny.falcon(heads=heads, layer_norm_epsilon=1e-3, rope_parameters={"rope_type": "default", "rope_theta": 500.0}, **config)
    for weights in model.parameters():
        nn.init.normal_(weights, std=0.1)
    fuse_attention(model)
    return model.requires_grad_(False)


def adapted(settings: Train | None = None, *, heads: int = 3, **config: Any) -> PeftModel:
    """That Falcon under an adapter that has learned something."""
    model = with_litgpt_adapter(falcon(heads=heads, **config), settings or lora(), added=[])
    for name, weights in adapter_weights(model).items():
        nn.init.normal_(weights, std=0.1)
        if "query_key_value.lora_B" in name:
            weights.copy_(diagonal(weights, heads))
    return model


def diagonal(whole: Tensor, heads: int) -> Tensor:
    """(out, 12) with zeros outside the blocks of query, key and value."""
    blocks = torch.block_diag(torch.ones(64 * heads, 4), torch.ones(64, 4), torch.ones(64, 4))
    return whole * blocks


@pytest.fixture(scope="module")
def batch() -> Batch:
    """Two packed rows, the second not full: where the third sample is padded to the first one's length, the fourth's targets lie."""
    turns = iter([turn for talk in tiny.chatter(60) for turn in talk.turns])
    talks = [tiny.conversation(*itertools.islice(turns, count)) for count in (36, 4, 28, 6, 2)]
    windows = sorted(itertools.chain(*make_rows(tiny.template(), talks, row_tokens=512, shared_tokens=32)), key=lambda window: window.source)
    return make_batch([windows[:4], windows[4:]])


@pytest.mark.parametrize("config", [{"heads": 1}, {"heads": 3}, {"tie_word_embeddings": False}, {"ffn_hidden_size": 96}], ids=str)
def test_litgpt_gives_the_logits_that_transformers_and_peft_give(config: dict[str, Any]) -> None:
    model = adapted(**config)
    ids = torch.randint(len(tiny.tokenizer()), (2, 70), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        ours, theirs = shared_model(model)(ids), model(ids).logits
        assert theirs.std() > 0.1
        with model.disable_adapter():
            assert (theirs - model(ids).logits).abs().max() > 0.1
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_the_head_is_the_embedding_where_the_base_ties_them() -> None:
    gpt = shared_model(adapted())
    assert gpt.lm_head.linear.weight is gpt.transformer.wte.weight


def test_no_weight_is_a_copy() -> None:
    model = adapted()
    assert {id(weights) for weights in shared_model(model).parameters()} == {id(weights) for weights in model.parameters()}
    trained = {id(weights) for weights in shared_model(model).parameters() if weights.requires_grad}
    assert trained == {id(weights) for name, weights in model.named_parameters() if "lora_" in name}


@pytest.mark.parametrize("recompute_layers", [0, 1])
def test_the_losses_and_gradients_are_those_of_twin(batch: Batch, recompute_layers: int) -> None:
    model = adapted()
    names = [name for name, weights in model.named_parameters() if weights.requires_grad]
    results = []
    for losses in (target_losses(model, batch), LitgptLosses(model, recompute_layers=recompute_layers)(batch)):
        assert losses.dtype == torch.float32
        model.zero_grad()
        losses.mean().backward()
        gradients = {name: model.get_parameter(name).grad for name in names}
        results.append((losses.detach(), gradients))
    (expected, theirs), (found, ours) = results
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    for name in names:
        wanted = diagonal(theirs[name], 3) if "query_key_value.lora_B" in name else theirs[name]
        torch.testing.assert_close(ours[name], wanted, atol=1e-5, rtol=1e-4)
        assert wanted.abs().max() > 1e-4


def test_steps_on_fabric_are_those_of_torch_alone(batch: Batch) -> None:
    ours, theirs = adapted(), adapted()
    fabric = FabricAccelerator(CPU, torch.float32)
    weights = [[weight for weight in model.parameters() if weight.requires_grad] for model in (ours, theirs)]
    module, optimizer = fabric.prepare(LitgptLosses(ours), torch.optim.SGD(weights[0], lr=5.0))
    reference = torch.optim.SGD(weights[1], lr=5.0)
    for _ in range(3):
        optimizer.zero_grad()
        with fabric.autocast():
            loss = module(batch).mean()
        fabric.backward(loss)
        norm = fabric.clip_grad_norm_(weights[0], 0.1)
        optimizer.step()
        reference.zero_grad()
        target_losses(theirs, batch).mean().backward()
        for name, weight in theirs.named_parameters():
            if "query_key_value.lora_B" in name:
                weight.grad = diagonal(weight.grad, 3)
        torch.testing.assert_close(norm, nn.utils.clip_grad_norm_(weights[1], 0.1), atol=0, rtol=1e-4)
        assert norm > 0.1
        reference.step()
    for found, expected in zip(*weights, strict=True):
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_a_gradient_that_is_no_number_is_for_the_loop_to_name(batch: Batch) -> None:
    model = adapted()
    fabric = FabricAccelerator(CPU, torch.float32)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    module, _ = fabric.prepare(LitgptLosses(model), torch.optim.SGD(weights, lr=1.0))
    fabric.backward(module(batch).mean() * float("inf"))
    assert not fabric.clip_grad_norm_(weights, 1.0).isfinite()


def test_a_layer_that_is_recomputed_keeps_less(batch: Batch) -> None:
    kept = []
    for recompute_layers in (0, 1, 2):
        tensors: list[Tensor] = []
        with torch.autograd.graph.saved_tensors_hooks(lambda tensor, tensors=tensors: tensors.append(tensor), lambda tensor: tensor):
            LitgptLosses(adapted(), recompute_layers=recompute_layers)(batch)
        kept.append(len(tensors))
    assert kept[2] < kept[1] < kept[0]


def test_the_layers_that_are_chosen_are_adapted(batch: Batch) -> None:
    for targets, expected in (
        (["query_key_value"], {"query_key_value"}),
        (["attention.dense", "dense"], {"dense"}),
        (["dense_h_to_4h", "mlp.dense_4h_to_h"], {"dense_h_to_4h", "dense_4h_to_h"}),
        ([], {"query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"}),
    ):
        targets = [target.replace("attention.", "self_attention.") for target in targets]
        model = adapted(lora(targets=targets))
        assert {name.split(".")[-3] for name in adapter_weights(model)} == expected
        with torch.no_grad():
            torch.testing.assert_close(LitgptLosses(model)(batch), target_losses(model, batch), atol=1e-5, rtol=0)


def test_the_saved_adapter_is_peft_s_own_on_the_plain_base(batch: Batch, tmp_path: Path) -> None:
    model = adapted()
    save_adapter(model, tmp_path)
    loaded = load_adapter(falcon(), tmp_path / "adapter")
    with torch.no_grad():
        torch.testing.assert_close(target_losses(loaded, batch), LitgptLosses(model)(batch), atol=1e-5, rtol=0)
    about = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())
    assert (about["r"], about["rank_pattern"]) == (4, {"query_key_value": 12})


def test_dropout_is_before_the_adapter_and_only_in_training(batch: Batch) -> None:
    losses = LitgptLosses(adapted(lora(dropout=0.5)))
    with torch.no_grad():
        assert not torch.equal(losses(batch), losses(batch))
        assert torch.equal(losses.eval()(batch), losses(batch))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny.save_base(tmp_path_factory.mktemp("base"), tiny.falcon(heads=1))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_dataset(tmp_path_factory.mktemp("work") / "dataset", train=tiny.chatter(12))


@pytest.fixture
def settings(folder: str) -> Train:
    return lora(base=folder, row_tokens=192, shared_tokens=32, rows=3, micro_rows=2, epochs=2, learning_rate=0.01, checkpoint_every=3, patience=9)


def test_training_by_litgpt_ends_in_an_adapter_like_any_other(data: Path, settings: Train, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = train(data, tmp_path, settings)
    template = base.load_template(settings.base)
    rows = {
        split: make_rows(template, read_split(data, split), row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens)
        for split in ("validation", "test")
    }
    model = base.load_base(settings.base, template, dtype=torch.float32, place=CPU)
    before = score(model, rows["test"])
    twin = load_adapter(model, tmp_path / "adapter")
    assert score(twin, rows["test"]).loss < before.loss - 0.5
    assert score(twin, rows["validation"]).loss == pytest.approx(metrics(tmp_path)[-1]["validation_loss"], rel=1e-5)
    assert result["bits_per_byte"]["twin"] < result["bits_per_byte"]["base"]
    # what litgpt says about the file that it has trained
    again = with_litgpt_adapter(base.load_base(settings.base, template, dtype=torch.float32, place=CPU), settings, added=[])
    weights = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    again.load_state_dict({name.replace(".weight", ".default.weight"): weight for name, weight in weights.items()}, strict=False)
    batch = make_batch(rows["test"])
    with torch.no_grad():
        torch.testing.assert_close(LitgptLosses(again)(batch), target_losses(twin, batch), atol=1e-5, rtol=0)
    for name, weight in weights.items():
        if "query_key_value.lora_B" in name:
            assert weight.any()
            assert torch.equal(weight, diagonal(weight, 1))
    assert capfd.readouterr() == ("", "")


def test_interrupted_training_ends_as_undisturbed(data: Path, settings: Train, tmp_path: Path) -> None:
    settings = changed(settings, dropout=0.1, validate_every=2)
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    train(data, whole, settings)
    with pytest.raises(Interrupted, match="stopped at step 3 of 4"):
        train(data, parts, settings, stop=stop_at(3))
    torch.rand(7)
    train(data, parts, settings)
    assert_same(whole, parts)


def test_bfloat16_is_autocast_and_the_adapter_stays_float32(data: Path, settings: Train, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        result = train(data, tmp_path, changed(settings, precision="bfloat16", epochs=1))
    assert result["bits_per_byte"]["twin"] < result["bits_per_byte"]["base"]
    assert {weight.dtype for weight in adapter(tmp_path).values()} == {torch.float32}
    assert not [record for record in caplog.records if "lightning" in record.name]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"method": "qlora"}, r'train\.method = "qlora"'),
        ({"compile": "on"}, r'train\.compile = "on"'),
        ({"targets": ["query_key_value", "lm_head"]}, r'train\.targets with "lm_head"'),
        ({"targets": ["dense_4h_to_h"]}, r"one of dense_h_to_4h and dense_4h_to_h without the other"),
    ],
)
def test_what_litgpt_cannot_do_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=rf'train\.engine = "litgpt" does not support .*{message}.*; set train\.engine = "twin"'):
        check_settings(lora().model_copy(update=values))


def test_training_asks_first(data: Path, settings: Train, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="dora"):
        train(data, tmp_path, changed(settings, method="dora"))


def test_several_processes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(TrainingError, match=r"2 processes"):
        check_settings(lora())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"new_decoder_architecture": True, "num_kv_heads": 1}, "new_decoder_architecture = True"),
        ({"multi_query": False}, "multi_query = False"),
        ({"parallel_attn": False}, "parallel_attn = False"),
        ({"bias": True}, "bias = True"),
        ({"activation": "relu"}, "activation = 'relu'"),
        ({"rope_parameters": {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}}, "rotary positions of type 'linear'"),
    ],
    ids=str,
)
def test_other_falcons_are_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        with_litgpt_adapter(tiny.falcon(**config), lora(), added=[])


def test_other_models_and_added_markers_are_refused() -> None:
    qwen = Qwen2ForCausalLM(Qwen2Config(vocab_size=8, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, num_key_value_heads=1))
    with pytest.raises(TrainingError, match=r"model_type = 'qwen2' and not 'falcon'"):
        with_litgpt_adapter(qwen, lora(), added=[])
    with pytest.raises(TrainingError, match=r"lacks 2 of the template's markers"):
        with_litgpt_adapter(tiny.falcon(), lora(), added=[7, 8])
