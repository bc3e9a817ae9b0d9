import json
import os
import socket
from pathlib import Path

import pytest

from tests import tiny
from tests.test_cli import twin
from twin.cli.plan import plan_lines, settle
from twin.config import Config, Train, load_config, to_toml
from twin.errors import DatasetError, ModelError, UsageError
from twin.model.base import load_template
from twin.model.score import make_rows
from twin.model.template import CONTEXT
from twin.train.machine import GIB, Machine, find_machine, named_machine
from twin.train.plan import Plan, make_plan, resolved
from twin.train.shape import FALCON_7B, shape_of
from twin.train.workload import Workload, workload_of

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
LAPTOP = Machine("two cores", "cpu", 2, 16 * GIB, 8 * GIB, 1e11, bfloat16=False)
INSTRUCTIONS = Workload(rows=10_000, tokens=5_100_000, target_tokens=1_530_000, validation_tokens=500_000)


def plan(machine: Machine, workload: Workload | None = INSTRUCTIONS, **settings: object) -> Plan:
    return make_plan(Train.model_validate(settings), machine=machine, workload=workload)


@pytest.mark.parametrize(
    ("gigabytes", "base", "method"),
    [(80, "tiiuae/falcon-7b", "lora"), (24, "tiiuae/falcon-7b", "lora"), (12, "tiiuae/falcon-7b", "qlora"), (4, "embedded", "lora")],
)
def test_the_base_and_method_that_fit_are_taken(gigabytes: int, base: str, method: str) -> None:
    chosen = plan(named_machine("", gigabytes))
    assert (chosen.settings.base, chosen.settings.method, chosen.problems) == (base, method, ())
    assert chosen.fits


def test_without_a_gpu_it_is_the_embedded_base() -> None:
    chosen = resolved(Train(), machine=LAPTOP)
    assert (chosen.base, chosen.method, chosen.micro_rows, chosen.recompute_layers) == ("embedded", "lora", 2, 0)
    assert chosen == Train(base="embedded", method="lora", micro_rows=2, recompute_layers=0, shard="off")


@pytest.mark.parametrize(("row_tokens", "at_once"), [(512, 4), (2048, 1), (256, 8)])
def test_a_cpu_gets_no_more_tokens_at_once_than_make_it_faster(row_tokens: int, at_once: int) -> None:
    assert plan(LAPTOP, rows=64, row_tokens=row_tokens, shared_tokens=32).settings.micro_rows == at_once
    assert plan(LAPTOP, rows=64, row_tokens=row_tokens, shared_tokens=32, micro_rows=9).settings.micro_rows == 9


def test_as_many_rows_as_fit_and_layers_recomputed_only_where_one_row_does_not() -> None:
    card = named_machine("", 24)
    wide = plan(card, base="tiiuae/falcon-7b", method="lora", rows=64)
    assert 4 <= wide.settings.micro_rows < 64
    assert wide.settings.recompute_layers == 0
    assert plan(card, base="tiiuae/falcon-7b", method="lora", rows=64, micro_rows=wide.settings.micro_rows + 1).settings.recompute_layers > 0
    long = plan(named_machine("", 16), base="tiiuae/falcon-7b", method="lora", row_tokens=512, rows=4)
    assert long.settings.micro_rows == 1
    assert 0 < long.settings.recompute_layers <= 32
    fewer = long.settings.model_copy(update={"recompute_layers": long.settings.recompute_layers - 1})
    assert not make_plan(fewer, machine=named_machine("", 16)).fits


def test_recomputing_is_not_chosen_where_four_bits_are_faster() -> None:
    assert plan(named_machine("", 16)).settings.method == "qlora"


def test_what_the_person_set_stays_and_is_a_problem_with_its_remedy_where_it_does_not_fit() -> None:
    chosen = plan(named_machine("", 12), base="tiiuae/falcon-7b", method="lora", micro_rows=2, recompute_layers=0)
    assert (chosen.settings.method, chosen.settings.micro_rows, chosen.settings.recompute_layers) == ("lora", 2, 0)
    assert not chosen.fits
    (problem,) = chosen.problems
    assert "tiiuae/falcon-7b with LoRA bf16 needs 19." in problem
    assert problem.endswith('set train.method = "qlora"')
    (hopeless,) = plan(named_machine("", 2), base="tiiuae/falcon-7b").problems
    assert "a smaller base" in hopeless
    assert "train.row_tokens is 4096, but embedded reads 2048" in plan(LAPTOP, row_tokens=4096).problems[0]


def test_a_base_that_nobody_here_knows_is_a_plan_that_says_so() -> None:
    unknown = plan(LAPTOP, base="somebody/model")
    assert unknown.memory == {}
    assert "nothing on this machine tells what somebody/model is made of" in unknown.problems[0]
    assert json.dumps(unknown.to_json())
    assert plan_lines(unknown)


def test_a_folder_tells_what_it_is_made_of_without_being_loaded(folder: str, tmp_path: Path) -> None:
    shape = shape_of(folder)
    model = tiny.falcon(heads=1)
    assert shape is not None
    assert shape.parameters == sum(weight.numel() for weight in model.parameters())
    assert shape.table_parameters == model.get_input_embeddings().weight.numel()
    assert (shape.complete, shape.key, shape.stored_bytes) == (True, 64, (Path(folder) / "model.safetensors").stat().st_size)
    config = json.loads((Path(folder) / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config))
    alone = shape_of(str(tmp_path))
    assert alone is not None
    assert not alone.complete
    assert alone.parameters == pytest.approx(shape.parameters, rel=0.01)
    (tmp_path / "config.json").write_text("{}")
    assert shape_of(str(tmp_path)) is None  # another kind of model, which may well be trained
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError, match="does not say what it is made of"):
        shape_of(str(tmp_path))


def test_a_base_in_the_cache_of_the_hub_is_found_there_without_the_network(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = tmp_path / "models--some--falcon" / "snapshots" / "abc"
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(folder)
    (tmp_path / "models--some--falcon" / "refs").mkdir()
    (tmp_path / "models--some--falcon" / "refs" / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("asked the network"))
    found = shape_of("some/falcon")
    assert found is not None
    assert (found.name, found.complete) == ("some/falcon", True)
    assert shape_of("some/other") is None


def test_falcon_is_known_before_it_is_downloaded() -> None:
    known = plan(named_machine("RTX 4090"))
    assert known.shape == FALCON_7B
    assert known.download_bytes == pytest.approx(14.4e9, rel=0.01)
    assert plan(LAPTOP).download_bytes == 0


def test_a_dataset_is_counted_with_the_tokenizer_of_the_base(folder: str, data: Path) -> None:
    settings = Train(base=folder, row_tokens=192, shared_tokens=32)
    work = workload_of(data, shape_of(folder), settings)
    from twin.dataset import read_split

    rows = make_rows(load_template(folder), read_split(data, "train"), row_tokens=192, shared_tokens=32)
    windows = [window for row in rows for window in row]
    targets = sum(kind != CONTEXT for window in windows for kind in window.kinds)
    assert (work.rows, work.tokens, work.target_tokens, work.exact) == (len(rows), sum(len(window.ids) for window in windows), targets, True)
    guess = workload_of(data, FALCON_7B, settings)
    assert not guess.exact
    assert work.tokens / 2 < guess.tokens < 2 * work.tokens
    with pytest.raises(DatasetError, match="twin prepare"):
        workload_of(data / "nothing", None, settings)


def test_steps_and_tokens_are_those_of_the_training(folder: str, data: Path) -> None:
    chosen = make_plan(Train(base=folder, row_tokens=192, shared_tokens=32, rows=3, epochs=3), data, machine=LAPTOP)
    assert chosen.workload is not None
    assert chosen.steps == 3 * -(-chosen.workload.rows // 3)
    assert chosen.tokens == 3 * chosen.workload.tokens
    assert not chosen.problems


def test_time_follows_the_work_and_the_device() -> None:
    quick, slow = plan(named_machine("H200")), plan(named_machine("RTX 3090"))
    assert slow.seconds / quick.seconds == pytest.approx(790 / 71, rel=0.01)
    # the floor of 29,400 tokens a second for 4N, head on 30 % of the tokens, times what is kept up of it
    assert quick.tokens / quick.seconds == pytest.approx(0.6 * 29_400, rel=0.1)
    recomputed = plan(named_machine("H200"), base="tiiuae/falcon-7b", method="lora", recompute_layers=32)
    assert recomputed.seconds / quick.seconds == pytest.approx(1.5, rel=0.05)
    assert plan(named_machine("H200"), method="qlora").seconds > quick.seconds
    assert plan(named_machine("H200"), epochs=6.0).seconds == pytest.approx(2 * quick.seconds, rel=0.1)


def test_a_card_is_named_by_a_part_of_its_name() -> None:
    assert named_machine("4090").total_bytes == 24 * GIB
    assert named_machine("a100", 40).total_bytes == 40 * GIB
    with pytest.raises(UsageError, match="--gpu RTX 1: not a card"):
        named_machine("RTX 1")


def test_this_machine_is_found() -> None:
    found = find_machine()
    assert 0 < found.free_bytes <= found.total_bytes
    assert found.cores >= 1
    assert found.flops > 1e8


@pytest.mark.parametrize("gigabytes", [12, 24, 80])
def test_the_ready_made_configurations_fit_their_cards(gigabytes: int) -> None:
    settings = load_config(CONFIGS / f"falcon-7b-{gigabytes}gb.toml").train
    chosen = make_plan(settings, machine=named_machine("", gigabytes))
    assert chosen.problems == ()
    assert chosen.fits
    assert chosen.settings == settings.model_copy(update={"shard": "off"})


def test_several_processes_divide_what_one_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = named_machine("", 12), named_machine("", 80)
    lora = {"base": "tiiuae/falcon-7b", "method": "lora", "micro_rows": 1, "recompute_layers": 0}
    assert plan(small, **lora).settings.shard == "off"
    for name, value in {"RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    divided = plan(small, **lora)
    assert divided.settings.shard == "on"
    assert divided.memory["weights"] == pytest.approx(13.84e9 / 4, rel=0.01)
    assert divided.fits
    assert not divided.problems
    assert plan(small, **lora | {"shard": "off"}).settings.shard == "off"
    assert plan(small, base="tiiuae/falcon-7b").settings.shard == "off"  # QLoRA fits
    assert plan(large, **lora).settings.shard == "off"
    assert plan(large, **lora | {"shard": "on"}).settings.shard == "on"


def test_litgpt_and_virtual_tokens_get_what_they_can_do() -> None:
    assert plan(named_machine("", 12), base="tiiuae/falcon-7b", engine="litgpt").settings.method == "lora"
    assert plan(named_machine("", 14), base="tiiuae/falcon-7b", method="prefix").settings.recompute_layers == 0


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("Yes ", 0), ("", 2), ("n", 2), (None, 2)])
def test_a_large_download_is_asked_for(answer: str | None, code: int, folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("twin.cli.plan.ask", lambda question, secret: asked.append(question) or answer)
    monkeypatch.setattr("twin.train.plan.find_machine", lambda: named_machine("RTX 4090"))
    if code:
        with pytest.raises(UsageError, match=r'tiiuae/falcon-7b is not downloaded; agree with twin train --yes, or set train.base = "embedded"'):
            settle(Train(), Path(), yes=False)
    else:
        assert settle(Train(), Path(), yes=False).base == "tiiuae/falcon-7b"
    assert asked == ["tiiuae/falcon-7b is 14.4 GB to download. Go on? [y/N] "]
    assert settle(Train(), Path(), yes=True).method == "lora"
    assert settle(Train(base="embedded"), Path(), yes=False).base == "embedded"
    assert settle(Train(base="tiiuae/falcon-7b"), Path(), yes=False).base == "tiiuae/falcon-7b"  # it was named: that is to ask for it
    assert len(asked) == 1
    assert "base: tiiuae/falcon-7b (it fits); another: train.base in twin.toml" in capsys.readouterr().err


def test_where_it_does_not_fit_the_small_base_is_taken_and_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.train.plan.find_machine", lambda: LAPTOP)
    assert settle(Train(), Path(), yes=False).base == "embedded"
    assert capsys.readouterr().err == "base: embedded (larger ones do not fit two cores); another: train.base in twin.toml\n"


def test_general_text_lies_beside_twin_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.train.plan.find_machine", lambda: LAPTOP)
    for given in ("texts/general.txt", str(tmp_path / "texts" / "general.txt")):
        settled = settle(Train(base="embedded", replay=0.1, replay_text=given), tmp_path, yes=False)
        assert settled.replay_text == str(tmp_path / "texts" / "general.txt")


def test_the_plan_of_a_training_changes_nothing(capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path) -> None:
    tiny.save_dataset(tmp_path / "dataset")
    (tmp_path / "twin.toml").write_text(to_toml(Config(train=Train(base=folder))))
    before = sorted(tmp_path.rglob("*"))
    code, out, err = twin(capsys, "train", "--plan", "--json")
    assert (code, err, json.loads(out)["base"]) == (0, "", folder)
    code, out, _ = twin(capsys, "train", "--plan")
    assert out.startswith("device    ")
    assert sorted(tmp_path.rglob("*")) == before


def test_doctor_answers_without_a_workspace_and_for_other_cards(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = twin(capsys, "doctor", "--gpu", "RTX 3090", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert {"device", "method", "memory_bytes", "seconds", "problems"} <= set(told)
    assert (told["device"]["name"], told["method"], told["base"]) == ("RTX 3090, 24 GB", "LoRA bf16", "tiiuae/falcon-7b")
    assert told["memory_bytes"]["total"] == sum(size for part, size in told["memory_bytes"].items() if part != "total")
    code, out, _ = twin(capsys, "doctor", "--memory", "12")
    assert code == 0
    assert "QLoRA NF4" in out
    assert "none yet; make one with: twin prepare" in out
    assert "no problems found" in out
    code, _, err = twin(capsys, "doctor", "--gpu", "abacus")
    assert (code, len(err.splitlines())) == (2, 1)


def test_doctor_plans_the_dataset_of_a_workspace(capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path) -> None:
    tiny.save_dataset(tmp_path / "dataset")
    (tmp_path / "twin.toml").write_text(to_toml(Config(train=Train(base=folder))))
    code, out, _ = twin(capsys, "doctor", "--json")
    told = json.loads(out)
    assert (code, told["base"], told["dataset"]["exact"], told["problems"]) == (0, folder, True, [])
    assert told["seconds"] > 0
    code, out, _ = twin(capsys, "doctor")
    assert "tokens to learn" in out or "to learn" in out
    assert max(len(line) for line in out.splitlines() if os.sep not in line) < 120
    (tmp_path / "dataset" / "train.jsonl").write_text("{\n")
    code, out, _ = twin(capsys, "doctor")
    assert code == 0
    assert "train.jsonl line 1 is not a conversation" in out
