import os
import shutil
import stat
import sys
from pathlib import Path

import pytest
import torch

from twin.errors import TrainingError
from twin.train import checkpoint
from twin.train.checkpoint import Checkpoint, load_newest, save_checkpoint


def at(step: int) -> Checkpoint:
    tensors = {"adapter.layer.a": torch.full((2, 3), step / 7), "adapter.b": torch.ones(2, dtype=torch.bfloat16), "random.cpu": torch.get_rng_state()}
    return Checkpoint(tensors, {"step": step, "best_loss": float("inf"), "seconds": 0.1})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def save(folder: Path, *steps: int, keep: int = 2) -> None:
    for step in steps:
        save_checkpoint(folder, at(step), keep=keep)


def newest(folder: Path) -> tuple[int | None, list[str]]:
    found, damaged = load_newest(folder)
    return (found.state["step"] if found else None), [path.name for path in damaged]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    save(tmp_path, 12)
    found, damaged = load_newest(tmp_path)
    assert found is not None
    assert damaged == []
    assert found.tensors.keys() == at(12).tensors.keys()
    for name, tensor in at(12).tensors.items():
        assert torch.equal(found.tensors[name], tensor)
        assert found.tensors[name].dtype == tensor.dtype
    assert {key: found.state[key] for key in at(12).state} == at(12).state
    assert found.part("adapter").keys() == {"layer.a", "b"}
    assert found.part("best") == {}


def test_it_is_private_and_holds_no_pickles(tmp_path: Path) -> None:
    save(tmp_path, 3)
    folder = tmp_path / "step-000003"
    assert names(folder) == ["state.json", "tensors.safetensors"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_newest_are_kept(tmp_path: Path) -> None:
    save(tmp_path, 5, 10, 999_999, 1_000_000)
    assert names(tmp_path) == ["step-1000000", "step-999999"]
    assert newest(tmp_path) == (1_000_000, [])
    save(tmp_path, 1_000_001, keep=1)
    assert names(tmp_path) == ["step-1000001"]


def test_nothing_saved_is_nothing_found(tmp_path: Path) -> None:
    assert newest(tmp_path) == (None, [])
    assert newest(tmp_path / "absent") == (None, [])


@pytest.mark.parametrize("file", ["tensors.safetensors", "state.json"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "gone", "foreign"])
def test_a_damaged_newest_one_is_passed_over(tmp_path: Path, file: str, damage: str) -> None:
    save(tmp_path, 5, 10)
    path = tmp_path / "step-000010" / file
    data = bytearray(path.read_bytes())
    data[-20] ^= 4  # of state.json: in the hash
    content = {"cut": path.read_bytes()[:-7], "flipped": bytes(data), "empty": b"", "foreign": b"[1]"}
    path.unlink()
    if damage in content:
        path.write_bytes(content[damage])
    assert newest(tmp_path) == (5, ["step-000010"])


def test_a_state_of_which_any_digit_or_letter_has_changed_is_damaged(tmp_path: Path) -> None:
    save(tmp_path, 10)
    path = tmp_path / "step-000010" / "state.json"
    data = path.read_bytes()
    for place in (place for place, byte in enumerate(data) if chr(byte).isalnum()):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert newest(tmp_path) == (None, ["step-000010"]), path.read_text()
    path.write_bytes(data)
    assert newest(tmp_path) == (10, [])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc which file a descriptor is")
def test_everything_is_on_the_disk_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a power cut leaves: a rename may reach the disk before a write that nobody has flushed."""
    flushed: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def flush(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def rename(path: Path, to: Path) -> Path:
        flushed.append(f"{path.name} -> {to.name}")
        return replace(path, to)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)
    save(tmp_path / "checkpoints", 5)
    name = flushed.index(".step-000005.partial -> step-000005")
    assert flushed.index("tensors.safetensors") < flushed.index(".state.json.partial") < name
    assert flushed.index(".state.json.partial -> state.json") < flushed.index(".step-000005.partial") < name
    assert flushed[name + 1 :] == ["checkpoints", tmp_path.name]


def test_a_checkpoint_of_another_model_is_refused() -> None:
    weights = at(1).part("adapter")
    at(1).check_fits(weights)
    for other in ({"b": weights["b"]}, weights | {"c": torch.ones(1)}, weights | {"b": torch.ones(3)}):
        with pytest.raises(TrainingError, match=r"the checkpoint of step 1 was made for another model \((layer\.a|b|c) does not fit\); .* --fresh"):
            at(1).check_fits(other)


def test_a_damaged_one_does_not_push_a_whole_one_out(tmp_path: Path) -> None:
    save(tmp_path, 5, 10)
    (tmp_path / "step-000010" / "state.json").write_text("")
    save(tmp_path, 7, keep=1)
    assert names(tmp_path) == ["step-000007"]
    save(tmp_path, 8, 9, keep=2)
    assert newest(tmp_path) == (9, [])


def test_an_unfinished_one_is_no_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 5)

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "write_text", fail)
        with pytest.raises(OSError, match="full"):
            save(tmp_path, 6, keep=1)
    assert newest(tmp_path) == (5, [])
    save(tmp_path, 7)
    assert names(tmp_path) == ["step-000005", "step-000007"]  # what was left of the other is gone


def test_one_of_the_same_step_is_replaced(tmp_path: Path) -> None:
    save(tmp_path, 5)
    shutil.rmtree(tmp_path / "step-000005")
    (tmp_path / "step-000005").mkdir()
    assert newest(tmp_path) == (None, ["step-000005"])
    save(tmp_path, 5)
    assert newest(tmp_path) == (5, [])
