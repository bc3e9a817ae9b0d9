import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AddedToken, AutoModelForCausalLM, AutoTokenizer

from tests import tiny
from tests.model.test_base import FOREIGN
from twin.cli import main
from twin.config import Chat, Config, Train, load_config, to_toml
from twin.errors import ModelError, UsageError, WorkspaceError
from twin.model import base
from twin.model.adapter import load_adapter, save_adapter, with_adapter
from twin.model.serving import as_messages, chat_template
from twin.prompts import fill, one_line
from twin.schema import Turn
from twin.train import merge as merging
from twin.train.merge import merge
from twin.workspace import create_workspace

CPU = torch.device("cpu")


def trained(run: Path, knobs: Train, *, dora: bool = False) -> Path:
    """A finished run whose adapter is far from nothing."""
    template = base.load_template(knobs.base)
    model = base.load_base(knobs.base, template, dtype=torch.float32, place=CPU)
    torch.manual_seed(1)
    twin = get_peft_model(model, LoraConfig(r=4, target_modules="all-linear", use_dora=True)) if dora else with_adapter(model, knobs, added=template.added)
    for weight in twin.parameters():
        if weight.requires_grad:
            weight.data += 0.1 * torch.randn_like(weight)
    run.mkdir(parents=True)
    save_adapter(twin, run)
    (run / "config.toml").write_text(to_toml(Config(train=knobs, chat=Chat(temperature=0.5, top_p=0.8))))
    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has been merged; not to be changed."""
    folder = tmp_path_factory.mktemp("merged")
    run = trained(folder / "run-1", Train(base=tiny.save_base(folder / "base"), method="lora", rank=4))
    assert merge(run, run / "merged", "Ann", "Bob") == {
        "run": "run-1",
        "folder": str(run / "merged"),
        "bytes": sum(path.stat().st_size for path in (run / "merged").iterdir()),
        "dtype": "float32",
    }
    return run


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """The same run, before."""
    shutil.copytree(made, tmp_path / "run-1", ignore=shutil.ignore_patterns("merged"))
    return tmp_path / "run-1"


def logits(model: Any, ids: list[int]) -> torch.Tensor:
    with torch.inference_mode():
        answer: torch.Tensor = model(input_ids=torch.tensor([ids])).logits
    return answer


def merged(run: Path) -> Any:
    """The checkpoint as anybody would load it."""
    model, report = AutoModelForCausalLM.from_pretrained(run / "merged", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    return model.eval()


def twin_of(run: Path) -> Any:
    """Base and adapter."""
    name = load_config(run / "config.toml").train.base
    return load_adapter(base.load_base(name, base.load_template(name), dtype=torch.float32, place=CPU), run / "adapter")


@pytest.mark.parametrize("name", ["falcon", *(pytest.param(name, marks=pytest.mark.slow) for name in ("falcon with dora", "llama", "llama tied", "gpt2"))])
def test_the_checkpoint_answers_as_base_and_adapter_do(name: str, made: Path, tmp_path: Path) -> None:
    run, parts = made, FOREIGN[name]() if name in FOREIGN else ()
    if name != "falcon":
        run = trained(tmp_path / "run-1", Train(base=tiny.save_base(tmp_path / "base", *parts), method="lora"), dora="dora" in name)
        merge(run, run / "merged", "Ann", "Bob")
    template = base.load_template(load_config(run / "config.toml").train.base)
    ids = [*range(20, 60), *sorted(template.specials)]  # the markers' own rows too
    model, twin = merged(run), twin_of(run)
    torch.testing.assert_close(logits(model, ids), logits(twin, ids), atol=1e-4, rtol=0)
    with twin.disable_adapter():
        assert (logits(model, ids) - logits(twin, ids)).abs().max() > 0.1
    table, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    tied = name not in {"llama"}
    assert model.config.tie_word_embeddings is tied
    assert (table is head) is tied
    assert len(load_file(run / "merged" / "model.safetensors").keys() & {"lm_head.weight"}) == (0 if tied else 1)
    assert model.config.vocab_size == len(table) >= template.size


def test_it_is_private_and_nothing_lies_beside_it(made: Path) -> None:
    names = ["chat_template.jinja", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    assert sorted(path.name for path in (made / "merged").iterdir()) == names
    assert {stat.S_IMODE(path.stat().st_mode) for path in (made / "merged").iterdir()} == {0o600}
    assert stat.S_IMODE((made / "merged").stat().st_mode) == 0o700
    assert sorted(path.name for path in made.iterdir()) == ["adapter", "config.toml", "merged"]


@pytest.mark.slow
def test_a_large_one_comes_in_parts(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_SHARD", "100KB")
    merge(run, run / "merged", "Ann", "Bob")
    assert len(list((run / "merged").glob("*.safetensors"))) > 2
    torch.testing.assert_close(logits(merged(run), [*range(20, 60)]), logits(twin_of(run), [*range(20, 60)]), atol=1e-4, rtol=0)


def test_the_sum_is_made_in_float32_and_rounded_once_to_the_bases_precision(tmp_path: Path) -> None:
    half = tiny.falcon(heads=1).to(torch.bfloat16)
    run = trained(tmp_path / "run-1", Train(base=tiny.save_base(tmp_path / "base", half), method="lora", rank=4))
    assert merge(run, run / "merged", "Ann", "Bob")["dtype"] == "bfloat16"
    name = "transformer.h.1.mlp.dense_h_to_4h"
    adapter = load_file(run / "adapter" / "adapter_model.safetensors")
    before, after = half.state_dict()[f"{name}.weight"], load_file(run / "merged" / "model.safetensors")[f"{name}.weight"]
    parts = [adapter[f"base_model.model.{name}.lora_{part}.weight"] for part in "BA"]
    assert {part.dtype for part in parts} == {torch.float32}
    assert after.dtype == torch.bfloat16
    exact = before.float() + parts[0] @ parts[1] * (32 / 4)
    assert (after == exact.to(torch.bfloat16)).float().mean() > 0.999  # the order of a sum may move a tie


@pytest.mark.slow
def test_what_was_trained_on_a_quantised_base_is_merged_into_the_whole_one(made: Path, run: Path) -> None:
    text = (run / "config.toml").read_text()
    (run / "config.toml").write_text(text.replace('method = "lora"', 'method = "qlora"'))
    assert merge(run, run / "merged", "Ann", "Bob")["dtype"] == "float32"
    weights = [load_file(one / "merged" / "model.safetensors") for one in (made, run)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_a_model_trained_as_a_whole_is_already_merged(run: Path) -> None:
    (run / "config.toml").write_text((run / "config.toml").read_text().replace('method = "lora"', 'method = "full"'))
    shutil.rmtree(run / "adapter")
    model = tiny.falcon(heads=1, seed=5)
    model.save_pretrained(run / "model")
    merge(run, run / "merged", "Ann", "Bob")
    assert torch.equal(logits(merged(run), [*range(20, 60)]), logits(model, [*range(20, 60)]))


@pytest.mark.parametrize("method", ["prefix", "prompt"])
def test_virtual_tokens_cannot_be_merged(run: Path, method: str) -> None:
    text = (run / "config.toml").read_text()
    (run / "config.toml").write_text(text.replace('method = "lora"', f'method = "{method}"'))
    with pytest.raises(UsageError, match=rf'run-1 was trained with method = "{method}": .* twin chat') as caught:
        merge(run, run / "merged", "Ann", "Bob")
    assert "\n" not in str(caught.value)
    assert not (run / "merged").exists()


@pytest.mark.filterwarnings("ignore:Model has `tie_word_embeddings=True` and a tied layer is part of the adapter")
def test_an_adapter_is_not_merged_into_another_small_base(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(to_toml(Config(train=Train(base="embedded", method="lora"))))
    (tmp_path / "run.json").write_text(json.dumps({"base": "0" * 64}))
    with pytest.raises(ModelError, match="was trained on the small base of another version of twin"):
        merge(tmp_path, tmp_path / "merged", "Ann", "Bob")
    assert not (tmp_path / "merged").exists()


@pytest.mark.filterwarnings("ignore:Model has .tie_word_embeddings=True.")  # so says peft, and it is what this is about
def test_a_tied_head_that_was_trained_by_itself_cannot_be_merged(run: Path) -> None:
    name = load_config(run / "config.toml").train.base
    model = base.load_base(name, base.load_template(name), dtype=torch.float32, place=CPU)
    save_adapter(get_peft_model(model, LoraConfig(target_modules=["lm_head"])), run)
    with pytest.raises(ModelError, match=r"cannot be merged; leave the head out of train\.targets"):
        merge(run, run / "merged", "Ann", "Bob")


def test_what_is_there_is_not_overwritten(made: Path) -> None:
    for place in ("merged", "config.toml"):
        with pytest.raises(UsageError, match=rf"{place} exists already; remove it, or name another place with --to"):
            merge(made, made / place, "Ann", "Bob")


def test_a_full_disk_is_told_before_anything_is_written(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with pytest.raises(WorkspaceError, match=r"merged needs 0\.0 GB and its disk has 0\.0 GB left; make room, or .* --to"):
        merge(run, run / "merged", "Ann", "Bob")
    assert sorted(path.name for path in run.iterdir()) == ["adapter", "config.toml"]


def spoiled(found: Any, name: str, wrong: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """`save_pretrained`, which then loses or changes a weight."""

    def save(self: Any, folder: Path, **more: Any) -> None:
        found(self, folder, **more)
        weights = load_file(folder / "model.safetensors")
        weights[name] = wrong(weights[name])
        save_file({part: weight for part, weight in weights.items() if weight.numel()}, folder / "model.safetensors", {"format": "pt"})

    return save


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("transformer.word_embeddings.weight", lambda weight: weight[:0], "was written without transformer.word_embeddings.weight"),
        ("transformer.h.0.mlp.dense_h_to_4h.weight", torch.zeros_like, "answers otherwise than the run does"),
    ],
)
def test_what_was_written_is_checked(run: Path, monkeypatch: pytest.MonkeyPatch, name: str, wrong: Any, words: str) -> None:
    kind = type(tiny.falcon(heads=1))
    monkeypatch.setattr(kind, "save_pretrained", spoiled(kind.save_pretrained, name, wrong))
    with pytest.raises(ModelError, match=words):
        merge(run, run / "merged", "Ann", "Bob")
    assert sorted(path.name for path in run.iterdir()) == ["adapter", "config.toml"]


def test_what_others_read_of_it(made: Path) -> None:
    config = json.loads((made / "merged" / "config.json").read_text())
    assert config["architectures"] == ["FalconForCausalLM"]
    assert config["num_kv_heads"] == 1  # llama.cpp's converter splits query_key_value by it
    drawn = json.loads((made / "merged" / "generation_config.json").read_text())
    assert drawn["eos_token_id"] == [tiny.STOP, *(token for token in range(tiny.STOP) if token != tiny.COMMENT)]
    assert (drawn["do_sample"], drawn["temperature"], drawn["top_p"], drawn["max_new_tokens"]) == (True, 0.5, 0.8, 160)
    tokenizer = json.loads((made / "merged" / "tokenizer_config.json").read_text())
    assert tokenizer["tokenizer_class"] == "PreTrainedTokenizerFast"  # transformers 4 knows no other of these
    assert not isinstance(tokenizer.get("extra_special_tokens", {}), list)
    found = AutoTokenizer.from_pretrained(made / "merged")
    assert found.encode("hi>>ANSWER<< yes") == tiny.tokenizer().encode("hi>>ANSWER<< yes")
    assert found.decode([tiny.COMMENT, 30], skip_special_tokens=True) == tiny.tokenizer().decode([30])


def test_a_tokenizer_that_cuts_whole_texts_in_another_way_gets_no_chat_template(run: Path, tmp_path: Path) -> None:
    tokens = tiny.tokenizer()
    tokens.add_tokens([AddedToken(">>QUESTION<<", rstrip=True, special=True)])  # which swallows the blank before a bubble
    name = tiny.save_base(tmp_path / "other", tokens=tokens)
    (run / "config.toml").write_text(to_toml(Config(train=Train(base=name, method="lora", rank=4))))
    told: list[str] = []
    merge(run, run / "merged", "Ann", "Bob", progress=told.append)
    assert "leaving out the chat template: this tokenizer cuts a rendered conversation in another way than training did" in told
    assert AutoTokenizer.from_pretrained(run / "merged").chat_template is None


# what a client can send: a message is a turn, and a blank line parts its bubbles
bubbles = st.text(st.one_of(st.sampled_from("hi yesно👍🏽\n>é"), st.characters(exclude_categories=["Cs"])), max_size=12).filter(
    lambda text: text == text.strip() != "" and "\n\n" not in text and not any(marker in text for marker in tiny.SPECIAL_TOKENS)
)


@st.composite
def talks(draw: st.DrawFn) -> list[Turn]:
    """Turns as chat knows them: the person's between those of contacts."""
    turns: list[Turn] = []
    for _ in range(draw(st.integers(1, 4))):
        texts = tuple(draw(st.lists(bubbles, min_size=1, max_size=3)))
        name = draw(st.sampled_from(["Bob", "Ева"]))
        if not turns or turns[-1].mine or turns[-1].name != name:
            turns.append(tiny.them(*texts, name=name))
        else:
            turns.append(tiny.me(*texts))
    return turns


@settings(max_examples=40)
@given(talks(), st.booleans(), st.sampled_from(["Bob", 'друзья "{{ 1 }}"\n']))
def test_a_server_makes_of_messages_what_training_saw(turns: list[Turn], group: bool, contact: str) -> None:
    template, header = tiny.template(), {"person": "Ann", "group" if group else "contact": one_line(contact)}
    tokens = template.tokenizer
    tokens.chat_template = chat_template(template, fill("header", **header), group=group)
    if not group:  # a single contact speaks there
        turns = [turn if turn.mine else tiny.them(*turn.bubbles) for number, turn in enumerate(turns) if number == 0 or turn.mine != turns[number - 1].mine]
    prompt = template.prompt(template.header(**header), turns, group=group)
    assert tokens.apply_chat_template(as_messages(turns), add_generation_prompt=True)["input_ids"] == prompt
    reply = tiny.me("fine")
    whole = [*template.header(**header), *(token for piece in template.pieces([*turns, reply], group=group) for token in piece.ids)]
    if not turns[-1].mine:
        assert tokens.apply_chat_template(as_messages([*turns, reply]))["input_ids"] == whole


@pytest.fixture(scope="module")
def tokens() -> Any:
    template = tiny.template()
    template.tokenizer.chat_template = chat_template(template, "Ann and Bob.", group=False)
    return template.tokenizer


def rendered(tokens: Any, *messages: tuple[str, str], **more: Any) -> str:
    text: str = tokens.apply_chat_template([{"role": role, "content": content} for role, content in messages], tokenize=False, **more)
    return text


def test_messages_of_one_hand_are_one_turn_and_a_reply_comes_back_with_its_marker(tokens: Any) -> None:
    text = rendered(tokens, ("user", "hi"), ("user", "you there\n\n"), ("assistant", " yes>>COMMENT<< here "), ("user", "\n\nso"), add_generation_prompt=True)
    assert text == ">>INTRODUCTION<< Ann and Bob.>>QUESTION<< hi>>COMMENT<< you there>>ANSWER<< yes>>COMMENT<< here<|endoftext|>>>QUESTION<< so>>ANSWER<<"


def test_a_system_message_is_the_header(tokens: Any) -> None:
    assert rendered(tokens, ("system", "Ann and Eve."), ("user", "hi")) == ">>INTRODUCTION<< Ann and Eve.>>QUESTION<< hi"


def test_nobody_can_write_a_marker(tokens: Any) -> None:
    text = rendered(tokens, ("user", "hi<|endoftext|>>>ANSWER<< I am Ann>>COMMENT<<"), ("assistant", "no>>QUESTION<<"))
    ids = tokens(text, add_special_tokens=False)["input_ids"]
    assert [token for token in ids if token < len(tiny.SPECIAL_TOKENS)] == [tiny.HEADER, tiny.QUESTION, tiny.ANSWER, tiny.STOP]


def twin(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_the_command(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_workspace(tmp_path)
    assert "no trained twin yet" in twin(capsys, "merge", "run-1")[2]
    shutil.copytree(made, tmp_path / "runs" / "run-1", ignore=shutil.ignore_patterns("merged"))
    chats = [{"id": 1, "name": "Bob", "kind": "personal", "targets": 4}, {"id": 2, "name": "Climbers", "kind": "group", "targets": 9}]
    (tmp_path / "runs" / "run-1" / "run.json").write_text(json.dumps({"person": "Ann", "chats": chats}))
    assert "no trained twin yet" in twin(capsys, "merge", "run-1")[2]  # it is not finished
    (tmp_path / "runs" / "run-1" / "result.json").write_text("{}")
    assert twin(capsys, "merge", "run-2")[2] == "twin: no finished run run-2; there are: run-1\n"
    code, out, err = twin(capsys, "merge", "run-1", "--to", "elsewhere/model", "--json")
    assert code == 0, err
    assert list(json.loads(out)) == ["run", "folder", "bytes", "dtype"]
    assert json.loads(out)["folder"] == str(tmp_path / "elsewhere" / "model")
    assert "writing 0.0 GB" in err
    assert fill("header", person="Ann", group="Climbers") in (tmp_path / "elsewhere" / "model" / "chat_template.jinja").read_text()
    code, _, err = twin(capsys, "merge", "run-1", "--to", "elsewhere/model")
    assert (code, err.count("\n")) == (2, 1)
