import json
import math
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file
from torch import Tensor

from tests import tiny
from twin.config import Train
from twin.errors import DatasetError, Interrupted, ModelError, TrainingError
from twin.evaluate.likeness import before_and_after
from twin.model import base
from twin.model import losses as losses_module
from twin.model.adapter import load_adapter
from twin.model.packing import Batch
from twin.model.score import make_rows, score
from twin.train import loop, trainer
from twin.train.loop import Progress, train
from twin.workspace import write_text

KEYS = ["run", "steps", "tokens", "target_tokens", "seconds", "peak_memory_bytes", "bits_per_byte", "memory_bytes", "planned"]


@pytest.fixture
def settings(folder: str) -> Train:
    return Train(base=folder, row_tokens=192, shared_tokens=32, rows=3, micro_rows=2, epochs=3, learning_rate=0.01, rank=4, checkpoint_every=3, patience=9)


def changed(settings: Train, **values: Any) -> Train:
    return settings.model_copy(update=values)


def stop_at(step: int) -> Callable[[], bool]:
    """Says True when it is asked before step `step` + 1."""
    asked = iter(range(1000))
    return lambda: next(asked) == step


def adapter(run: Path) -> dict[str, Tensor]:
    return load_file(run / "adapter" / "adapter_model.safetensors")


def metrics(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def timeless(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key not in {"seconds", "peak_memory_bytes", "memory_bytes", "planned", "run"}} for line in lines]


def assert_same(one: Path, other: Path) -> None:
    """The same adapter to the bit, the same metrics and the same result, times apart."""
    weights = adapter(one), adapter(other)
    assert weights[0].keys() == weights[1].keys()
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert timeless(metrics(one)) == timeless(metrics(other))
    results = [json.loads((run / "result.json").read_text()) for run in (one, other)]
    assert timeless(results[:1]) == timeless(results[1:])


def new(tmp_path: Path, name: str) -> Path:
    run = tmp_path / name
    run.mkdir()
    return run


def with_config(run: Path, settings: Train) -> Path:
    write_text(
        run / "config.toml", f"[train]\nbase = {json.dumps(settings.base)}\nrow_tokens = {settings.row_tokens}\nshared_tokens = {settings.shared_tokens}\n"
    )
    return run


def test_training_makes_unseen_replies_likelier(data: Path, settings: Train, tmp_path: Path) -> None:
    run = with_config(new(tmp_path, "run-1"), settings)
    told: list[Progress] = []
    result = train(data, run, settings, progress=told.append)
    scores = before_and_after(run, data)
    assert scores["twin"].loss < scores["base"].loss - 0.5
    assert scores["twin"].bits_per_byte < 0.8 * scores["base"].bits_per_byte
    assert list(result) == KEYS
    assert json.loads((run / "result.json").read_text()) == result
    assert result["run"] == "run-1"
    validation = before_and_after(run, data, "validation")
    assert result["bits_per_byte"] == {name: round(validation[name].bits_per_byte, 4) for name in ("base", "twin")}
    lines = metrics(run)
    assert [line["step"] for line in lines] == [one.step for one in told] == list(range(1, result["steps"] + 1))
    assert sum(line["tokens"] for line in lines) == result["tokens"]
    assert sum(line["target_tokens"] for line in lines) == result["target_tokens"]
    assert {one.steps for one in told} == {result["steps"]}
    assert told[-1].seconds_left == 0
    assert all(one.tokens_per_second > 0 for one in told)
    assert result["peak_memory_bytes"] > 10_000_000
    assert lines[-1]["validation_loss"] == told[-1].validation_loss == pytest.approx(validation["twin"].loss, rel=1e-5)


def test_what_is_left_on_disk_is_the_adapter_and_private(data: Path, settings: Train, tmp_path: Path) -> None:
    train(data, tmp_path, changed(settings, epochs=1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adapter", "metrics.jsonl", "result.json"]
    assert sorted(path.name for path in (tmp_path / "adapter").iterdir()) == ["adapter_config.json", "adapter_model.safetensors"]
    assert stat.S_IMODE((tmp_path / "adapter").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()} == {0o600}


@pytest.mark.parametrize(("step", "dropout"), [(0, 0.0), (1, 0.0), (5, 0.1), (8, 0.0)])
def test_interrupted_training_ends_as_undisturbed(data: Path, settings: Train, tmp_path: Path, step: int, dropout: float) -> None:
    settings = changed(settings, dropout=dropout, validate_every=2)
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    train(data, whole, settings)
    assert len(metrics(whole)) == 9
    with pytest.raises(Interrupted, match=f"stopped at step {step} of 9"):
        train(data, parts, settings, stop=stop_at(step))
    assert not (parts / "adapter").exists()
    torch.rand(7)  # what else the process does with the generator is of no matter
    told: list[Progress] = []
    train(data, parts, settings, progress=told.append)
    assert told[0].note == f"resumed at step {step}"
    assert [one.step for one in told[1:]] == list(range(step + 1, 10))
    assert_same(whole, parts)


def test_interrupted_again_and_again(data: Path, settings: Train, tmp_path: Path) -> None:
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    train(data, whole, settings)
    for _ in range(4):
        with pytest.raises(Interrupted):
            train(data, parts, settings, stop=stop_at(2))
    train(data, parts, settings)
    assert_same(whole, parts)


@pytest.fixture(scope="module")
def overfitting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose validation split is answered in another way: it gets worse as training goes on."""
    talks = [tiny.conversation(tiny.them("no"), tiny.me("how are you there", ids=[number])) for number in range(3)]
    return tiny.save_dataset(tmp_path_factory.mktemp("work") / "dataset", validation=talks)


def test_early_stopping_keeps_the_best_adapter(overfitting: Path, settings: Train, tmp_path: Path) -> None:
    settings = changed(settings, epochs=30, validate_every=1, patience=3, learning_rate=0.02)
    result = train(overfitting, tmp_path, settings)
    losses = [line["validation_loss"] for line in metrics(tmp_path)]
    best = losses.index(min(losses))
    assert 0 < result["steps"] == best + 1 + 3 < 90
    template = base.load_template(settings.base)
    rows = make_rows(template, loop.read_split(overfitting, "validation"), row_tokens=192, shared_tokens=32)
    model = base.load_base(settings.base, template, dtype=torch.float32, place=torch.device("cpu"))
    found = score(load_adapter(model, tmp_path / "adapter"), rows)
    assert found.loss == pytest.approx(min(losses), rel=1e-5)
    assert result["bits_per_byte"]["twin"] == round(found.bits_per_byte, 4)


def test_early_stopping_goes_on_counting_where_it_was(overfitting: Path, settings: Train, tmp_path: Path) -> None:
    settings = changed(settings, epochs=30, validate_every=1, patience=3, learning_rate=0.02, checkpoint_every=50)
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    steps = train(overfitting, whole, settings)["steps"]
    with pytest.raises(Interrupted):
        train(overfitting, parts, settings, stop=stop_at(steps - 1))  # after two of the three looks without improvement
    train(overfitting, parts, settings)
    assert_same(whole, parts)


def test_the_loss_is_the_mean_of_the_target_tokens_however_they_are_divided(data: Path, settings: Train, tmp_path: Path) -> None:
    runs = {micro_rows: new(tmp_path, str(micro_rows)) for micro_rows in (1, 3, 8)}
    for micro_rows, run in runs.items():
        train(data, run, changed(settings, micro_rows=micro_rows, epochs=1, rows=100))
    lines = {micro_rows: metrics(run) for micro_rows, run in runs.items()}
    assert len(lines[1]) == 1
    template = base.load_template(settings.base)
    rows = make_rows(template, loop.read_split(data, "train"), row_tokens=192, shared_tokens=32)
    model = base.load_base(settings.base, template, dtype=torch.float32, place=torch.device("cpu"))
    for micro_rows, run in runs.items():
        assert lines[micro_rows][0]["loss"] == pytest.approx(score(model, rows).loss, rel=1e-5)
        for name, weight in adapter(run).items():
            torch.testing.assert_close(weight, adapter(runs[1])[name], atol=1e-4, rtol=1e-3)


def test_the_learning_rate_rises_and_falls(data: Path, settings: Train, tmp_path: Path) -> None:
    train(data, tmp_path, changed(settings, learning_rate=0.0, rows=1, epochs=2, warmup_share=0.25))
    rates = [line["learning_rate"] for line in metrics(tmp_path)]
    top = 1.5 / 64  # by the hidden size of the base
    warmup = round(len(rates) / 4)
    assert rates[:warmup] == pytest.approx([top * (step + 1) / warmup for step in range(warmup)])
    assert max(rates) == pytest.approx(top)
    assert sorted(rates[warmup:], reverse=True) == rates[warmup:]
    assert 0 < rates[-1] < top / 20


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_newest_checkpoint_is_passed_over(data: Path, settings: Train, tmp_path: Path, damage: str) -> None:
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    train(data, whole, settings)
    with pytest.raises(Interrupted):
        train(data, parts, settings, stop=stop_at(5))
    tensors = parts / "checkpoints" / "step-000005" / "tensors.safetensors"
    os.truncate(tensors, tensors.stat().st_size // 2) if damage == "cut" else tensors.unlink()
    with (parts / "metrics.jsonl").open("a") as file:
        file.write('{"step": 6, "lo')  # as a crash leaves it
    told: list[Progress] = []
    train(data, parts, settings, progress=told.append)
    assert [one.note for one in told if one.note] == ["step-000005 is damaged and was passed over", "resumed at step 3"]
    assert_same(whole, parts)


def test_with_no_whole_checkpoint_it_begins_anew(data: Path, settings: Train, tmp_path: Path) -> None:
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    train(data, whole, settings)
    with pytest.raises(Interrupted):
        train(data, parts, settings, stop=stop_at(2))
    (parts / "checkpoints" / "step-000002" / "state.json").unlink()
    train(data, parts, settings)
    assert_same(whole, parts)


def test_a_loss_that_is_no_number_names_the_step(data: Path, settings: Train, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"became (nan|inf) at step [234], with lines .* of train.jsonl; lower train.learning_rate") as caught:
        train(data, tmp_path, changed(settings, learning_rate=1e30, warmup_share=0))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "adapter").exists()
    assert not (tmp_path / "result.json").exists()


def test_a_poisoned_base_is_told_at_the_first_step(data: Path, settings: Train, tmp_path: Path) -> None:
    model = tiny.falcon(heads=1)
    with torch.no_grad():
        model.transformer.h[1].mlp.dense_h_to_4h.weight[3, 3] = math.nan
    with pytest.raises(ModelError, match="gives losses that are no numbers: its weights are damaged"):
        train(data, tmp_path, changed(settings, base=tiny.save_base(tmp_path / "base", model)))


def test_a_gradient_that_is_no_number_never_reaches_the_weights(data: Path, settings: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop.Accelerator, "clip_grad_norm_", lambda *_: torch.tensor(math.inf))
    with pytest.raises(TrainingError, match="the gradient became inf at step 1, "):
        train(data, tmp_path, settings)


def narrow(monkeypatch: pytest.MonkeyPatch, fits: Callable[[Any, Batch], bool]) -> None:
    """Memory does not suffice for a batch unless `fits(model, batch)`."""
    hidden = losses_module._hidden

    def limited(model: Any, batch: Batch, *more: Any) -> Any:
        if not fits(model, batch):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return hidden(model, batch, *more)

    monkeypatch.setattr(losses_module, "_hidden", limited)


def test_where_memory_does_not_suffice_fewer_rows_are_computed_at_once(data: Path, settings: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = changed(settings, rows=5, micro_rows=5, epochs=1)
    train(data, new(tmp_path, "roomy"), settings)
    narrow(monkeypatch, lambda model, batch: len(batch.ids) <= 2)
    told: list[Progress] = []
    train(data, new(tmp_path, "narrow"), settings, progress=told.append)
    assert [one.note for one in told if one.note] == [
        "out of memory at step 1: 3 rows at once from here on",
        "out of memory at step 1: 2 rows at once from here on",
    ]
    losses = [[line["loss"] for line in metrics(tmp_path / name)] for name in ("roomy", "narrow")]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_where_one_row_is_too_much_every_layer_is_recomputed_and_then_it_is_an_error(
    data: Path, settings: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = changed(settings, rows=2, micro_rows=1, epochs=1)
    recomputes = [False]
    narrow(monkeypatch, lambda model, batch: not model.training or recomputes[0])
    recompute = trainer.recompute

    def seen(*given: Any) -> int:
        recomputes[0] = True
        return recompute(*given)

    monkeypatch.setattr(trainer, "recompute", seen)
    told: list[Progress] = []
    train(data, new(tmp_path, "narrow"), settings, progress=told.append)
    assert told[0].note == "out of memory at step 1: every layer is recomputed from here on, which is slower"
    narrow(monkeypatch, lambda model, batch: not model.training)
    with pytest.raises(TrainingError, match=r"memory does not suffice for one row of 192 tokens \(CUDA out.*; lower train.row_tokens .*twin train --plan"):
        train(data, new(tmp_path, "full"), settings)


def test_a_full_disk_is_one_line_and_the_work_before_it_is_kept(data: Path, settings: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parts = new(tmp_path, "whole"), new(tmp_path, "parts")
    train(data, whole, settings)
    save, saved = trainer.save_checkpoint, []

    def fill(*given: Any, **more: Any) -> Any:
        if saved:
            raise OSError(28, "No space left on device")
        saved.append(save(*given, **more))

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "save_checkpoint", fill)
        with pytest.raises(TrainingError, match=r"cannot be written .*No space left.* go on"):
            train(data, parts, settings)
    train(data, parts, settings)
    assert_same(whole, parts)


def test_there_must_be_something_to_learn(settings: Train, tmp_path: Path) -> None:
    only_context = [tiny.conversation(tiny.them("hi"), tiny.me("yes", learn=False))]
    with pytest.raises(DatasetError, match="twin prepare"):
        train(tiny.save_dataset(tmp_path / "dataset", train=only_context), tmp_path, settings)


def test_rows_longer_than_the_base_reads_are_refused(data: Path, settings: Train, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"train\.row_tokens is 4096, but .* reads 2048"):
        train(data, tmp_path, changed(settings, row_tokens=4096))


def test_layers_that_are_recomputed_change_nothing(data: Path, settings: Train, tmp_path: Path) -> None:
    settings = changed(settings, dropout=0.1, epochs=1)
    train(data, new(tmp_path, "kept"), settings)
    train(data, new(tmp_path, "recomputed"), changed(settings, recompute_layers=1))
    assert_same(tmp_path / "kept", tmp_path / "recomputed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")  # PyTorch's own compiler uses it
def test_compiled_layers_change_nothing(data: Path, settings: Train, tmp_path: Path) -> None:
    settings = changed(settings, epochs=1)
    train(data, new(tmp_path, "plain"), settings)
    train(data, new(tmp_path, "compiled"), changed(settings, compile="on"))
    losses = [[line["loss"] for line in metrics(tmp_path / name)] for name in ("plain", "compiled")]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_general_text_takes_its_share(data: Path, settings: Train, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("hi there how are you\n\n" * 2000)
    settings = changed(settings, epochs=1)
    plain = train(data, new(tmp_path, "plain"), settings)
    mixed = train(data, new(tmp_path, "mixed"), changed(settings, replay=0.25, replay_text=str(text)))
    assert plain["tokens"] == pytest.approx(0.75 * mixed["tokens"], rel=0.02)
    with pytest.raises(TrainingError, match=r"train\.replay_text names no file"):
        train(data, new(tmp_path, "nothing"), changed(settings, replay=0.25))


def test_without_a_validation_split_the_last_adapter_is_kept(settings: Train, tmp_path: Path) -> None:
    result = train(tiny.save_dataset(tmp_path / "dataset", validation=[]), tmp_path, settings)
    assert result["bits_per_byte"] == {"base": None, "twin": None}
    assert result["steps"] == 9
    assert any(weight.abs().sum() for name, weight in adapter(tmp_path).items() if "lora_B" in name)


def test_one_process_can_train_in_one_precision_and_then_another(data: Path, settings: Train, tmp_path: Path) -> None:
    settings = changed(settings, epochs=1)
    results = {}
    for name, precision in (("a", "float32"), ("b", "bfloat16"), ("c", "float32")):
        results[name] = train(data, new(tmp_path, name), changed(settings, precision=precision))
        assert AcceleratorState().mixed_precision == ("bf16" if precision == "bfloat16" else "no")
    assert_same(tmp_path / "a", tmp_path / "c")
    assert results["b"]["bits_per_byte"]["twin"] < results["b"]["bits_per_byte"]["base"]
    assert results["b"]["bits_per_byte"]["twin"] == pytest.approx(results["a"]["bits_per_byte"]["twin"], rel=0.05)
    assert {weight.dtype for weight in adapter(tmp_path / "b").values()} == {torch.float32}
    with_config(tmp_path / "b", changed(settings, precision="bfloat16"))
    assert before_and_after(tmp_path / "b", data, "validation")["twin"].bits_per_byte == pytest.approx(results["b"]["bits_per_byte"]["twin"], rel=0.05)
