import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.train.measured_memory import METHODS, SIZES, made_base, measured
from twin.config import Train
from twin.train.machine import Machine, named_machine
from twin.train.memory import kept_bytes, memory, trainable, weight_bytes
from twin.train.shape import FALCON_7B, shape_of

ROOT = Path(__file__).resolve().parents[2]
CARD = named_machine("RTX 4090")
CPU = Machine("two cores", "cpu", 2, 2**34, 2**34, 1e11, bfloat16=False)


def settings(**values: object) -> Train:
    return Train.model_validate({"method": "lora", "recompute_layers": 0, "row_tokens": 512} | values)


def test_falcons_weights_are_those_that_were_measured() -> None:
    assert weight_bytes(FALCON_7B, settings(), CARD) == pytest.approx(13.84e9, rel=0.01)
    assert weight_bytes(FALCON_7B, settings(method="qlora"), CARD) == pytest.approx(4.0e9, rel=0.01)


def test_falcon_keeps_110_kilobytes_of_a_token_in_a_layer() -> None:
    assert kept_bytes(FALCON_7B, settings(), CARD) == pytest.approx(110e3, rel=0.02)


@pytest.mark.parametrize(("method", "rows", "total"), [("lora", 4, 21e9), ("qlora", 8, 18.4e9)])
def test_weights_and_activations_of_falcon_are_those_that_were_measured(method: str, rows: int, total: float) -> None:
    parts = memory(FALCON_7B, settings(method=method), CARD, rows=rows)
    assert parts["weights"] + parts["activations"] == pytest.approx(total, rel=0.03)
    assert sum(parts.values()) < CARD.free_bytes


def test_recomputed_layers_keep_their_input_alone_but_for_the_one_at_work() -> None:
    some, every = (memory(FALCON_7B, settings(recompute_layers=layers), CARD, rows=4)["activations"] for layers in (16, 32))
    kept, last = (round(2048 * kept_bytes(FALCON_7B, settings(), CARD, read=share)) for share in (1.0, 0.3))
    entry, head = 2048 * 4544 * 2, 2 * 614 * 4544 * 2
    assert (some, every) == (16 * kept + last + 16 * entry + head, kept + 32 * entry + head)


def test_of_the_last_layer_only_what_is_read_is_kept() -> None:
    few, many = (memory(FALCON_7B, settings(), CARD, rows=4, target_share=share) for share in (0.1, 0.9))
    tokens = 4 * 512
    # the feed-forward part's two, the norm's output and the attention's, and what the head reads with its gradient; the adapters' three narrow outputs
    width = 2 * 18176 + 2 * 4544 + 3 * 16 + 2 * 4544
    assert many["activations"] - few["activations"] == pytest.approx(0.8 * tokens * 2 * width, rel=0.02)
    apart = memory(FALCON_7B, settings(engine="litgpt"), CARD, rows=4, target_share=0.1)
    assert apart["activations"] > few["activations"]


def test_the_adapter_of_every_method_has_its_size() -> None:
    embedded = shape_of("embedded")
    assert embedded is not None
    # a layer of the embedded base: 256 -> 384, 256 -> 256, 256 -> 1024, 1024 -> 256
    widths = 640 + 512 + 1280 + 1280
    assert trainable(embedded, settings(rank=4)) == 6 * 4 * widths
    assert trainable(embedded, settings(rank=4, targets=["query_key_value"])) == 6 * 4 * 640
    assert trainable(embedded, settings(rank=4, method="dora")) == 6 * (4 * widths + 384 + 256 + 1024 + 256)
    assert trainable(embedded, settings(method="prompt", virtual_tokens=5)) == 5 * 256
    assert trainable(embedded, settings(method="prefix", virtual_tokens=5)) == 5 * 6 * 2 * 64
    assert trainable(embedded, settings(method="full")) == embedded.parameters


def test_dropout_and_dora_keep_more() -> None:
    plain = kept_bytes(FALCON_7B, settings(), CARD)
    assert plain < kept_bytes(FALCON_7B, settings(dropout=0.05), CARD) < 2 * plain
    assert plain < kept_bytes(FALCON_7B, settings(method="dora"), CARD)
    assert kept_bytes(FALCON_7B, settings(method="prompt"), CARD) < plain


def test_a_whole_training_on_gathered_rows_has_its_gradients_beside_the_activations() -> None:
    embedded = shape_of("embedded")
    assert embedded is not None
    at_once, gathered = (memory(embedded, settings(method="full", rows=rows), CPU, rows=2) for rows in (2, 4))
    assert sum(gathered.values()) > sum(at_once.values())
    assert gathered["activations"] == at_once["activations"]


def test_kept_tensors_follow_the_architecture() -> None:
    gated = replace(FALCON_7B, gated=True, fused=False)
    # a second norm with its output, the gate and its product, the adapters' narrow outputs
    more = 2 * 4544 + 2 * 18176 + 3 * 16
    assert kept_bytes(gated, settings(), CARD) - kept_bytes(FALCON_7B, settings(), CARD) == 2 * more + 8


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is read from /proc")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_plan_is_within_a_tenth_of_the_measured_peak(size: tuple[int, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    base = made_base(tmp_path / "base", *size)
    for method in METHODS:
        one = measured(tmp_path, base, method)
        assert one.plan.total_bytes == pytest.approx(one.peak, rel=0.1), (method, one.plan.memory, one.peak)
