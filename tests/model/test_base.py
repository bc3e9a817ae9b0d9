import json
import logging
import pickle
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tests import tiny
from twin.config import Train
from twin.errors import ModelError
from twin.model import base, embedded
from twin.model.adapter import load_adapter, save_adapter, with_adapter
from twin.model.generate import Sampling, generate
from twin.model.losses import target_losses
from twin.model.packing import make_batch
from twin.model.score import make_rows
from twin.train.loop import train

CPU = torch.device("cpu")
MARKERS = [">>INTRODUCTION<<", ">>QUESTION<<", ">>ANSWER<<", ">>COMMENT<<", "<|endoftext|>"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(tiny.save_base(tmp_path / "base"))


def load(name: Path | str, dtype: torch.dtype = torch.float32) -> Any:
    return base.load_base(str(name), base.load_template(str(name)), dtype=dtype, place=CPU)


def message_of(name: Path | str, *, weights: bool = True) -> str:
    with pytest.raises(ModelError) as caught:
        load(name) if weights else base.load_template(str(name))
    message = str(caught.value)
    assert "\n" not in message
    assert str(name) in message
    assert "twin.toml" in message
    return message


def foreign_tokenizer(*more: str) -> PreTrainedTokenizerFast:
    """One that knows nothing of Falcon's markers: bytes, and an end of its own."""
    vocabulary = {token: number for number, token in enumerate([*sorted(pre_tokenizers.ByteLevel.alphabet()), "</s>", *more])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="</s>", extra_special_tokens=list(more))


def llama(*, tied: bool, vocabulary: int = 257) -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=tied,
        initializer_range=0.1,
    )
    return LlamaForCausalLM(config)


def gpt2() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(vocab_size=258, n_embd=64, n_layer=2, n_head=2, n_positions=256, initializer_range=0.1))


FOREIGN = {
    "llama": lambda: (llama(tied=False), foreign_tokenizer()),
    "llama tied": lambda: (llama(tied=True), foreign_tokenizer()),
    "llama with room": lambda: (llama(tied=False, vocabulary=300), foreign_tokenizer()),
    "gpt2": lambda: (gpt2(), foreign_tokenizer("<|endoftext|>")),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_base_without_falcons_markers_gets_them(name: str, tmp_path: Path) -> None:
    model, tokens = FOREIGN[name]()
    folder = tiny.save_base(tmp_path / "base", model, tokens)
    template = base.load_template(folder)
    missing = MARKERS[:-1] if name == "gpt2" else MARKERS
    assert [template.tokenizer.convert_ids_to_tokens(token) for token in template.added] == missing
    assert template.added == list(range(len(tokens), len(tokens) + len(missing)))
    assert template.tokenizer.encode("a>>ANSWER<<b", add_special_tokens=False)[1:-1] == [*template.markers.mine.opening]
    loaded = base.load_base(folder, template, dtype=torch.float32, place=CPU)
    table = loaded.get_input_embeddings().weight
    head = loaded.get_output_embeddings().weight
    assert table.shape[0] == head.shape[0] == max(template.size, model.config.vocab_size)
    old = model.get_input_embeddings().weight[: len(tokens)]
    torch.testing.assert_close(table[: len(tokens)], old)
    torch.testing.assert_close(table[template.added], old.mean(0).expand(len(missing), -1))
    assert (table is head) == (name in {"gpt2", "llama tied"})
    assert torch.equal(load(folder).get_output_embeddings().weight, head)  # the same every time


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_added_is_learned_saved_and_found_again(name: str, tmp_path: Path) -> None:
    folder = tiny.save_base(tmp_path / "base", *FOREIGN[name]())
    template = base.load_template(folder)
    batch = make_batch(make_rows(template, tiny.chatter(2), row_tokens=200, shared_tokens=10)[:1])
    twin = with_adapter(load(folder), Train(rank=4), added=template.added)
    before = target_losses(twin, batch)
    optimizer = torch.optim.SGD([weight for weight in twin.parameters() if weight.requires_grad], lr=0.5)
    for _ in range(3):
        target_losses(twin, batch).mean().backward()
        optimizer.step()
        optimizer.zero_grad()
    after = target_losses(twin, batch)
    assert (after - before).abs().max() > 1e-3
    rows = [weight for part, weight in twin.named_parameters() if "trainable_tokens" in part]
    assert len(rows) == (2 if name in {"llama", "llama with room"} else 1)
    fresh = load(folder).get_input_embeddings().weight[template.added]
    for weight in rows:
        assert weight.shape == (len(template.added), 64)
    assert not torch.equal(rows[0], fresh)
    save_adapter(twin, tmp_path)
    found = load_adapter(load(folder), tmp_path / "adapter")
    with torch.inference_mode():
        torch.testing.assert_close(target_losses(found, batch), after, atol=1e-6, rtol=1e-6)
        with found.disable_adapter():
            torch.testing.assert_close(target_losses(found, batch), before, atol=1e-5, rtol=1e-5)
    size = (tmp_path / "adapter" / "adapter_model.safetensors").stat().st_size
    assert size < 150_000  # the learned rows, not whole embeddings
    assert list(generate(found, template, template.prompt(template.header("Ann"), [tiny.them("hi")], group=False), Sampling(max_tokens=5)))[-1]


@pytest.mark.parametrize("name", ["llama", "gpt2"])
def test_a_foreign_base_can_be_trained(name: str, tmp_path: Path) -> None:
    folder = tiny.save_base(tmp_path / "base", *FOREIGN[name]())
    data = tiny.save_dataset(tmp_path / "dataset")
    result = train(data, tmp_path, Train(base=folder, row_tokens=192, shared_tokens=16, rows=4, epochs=1, learning_rate=0.02, checkpoint_every=1))
    assert result["bits_per_byte"]["twin"] < result["bits_per_byte"]["base"]


def test_a_falcon_needs_nothing(folder: Path) -> None:
    assert base.load_template(str(folder)).added == []
    model = load(folder)
    assert not model.training
    assert not any(weight.requires_grad for weight in model.parameters())
    ids = torch.arange(20, 40)[None]
    torch.testing.assert_close(model(ids).logits, tiny.falcon(heads=1)(ids).logits)
    assert load(folder, torch.bfloat16).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", None),
        ("tokenizer.json", b"{broken"),
        ("tokenizer.json", b"{}"),
        ("tokenizer.json", b'{"version":"1.0","added_tokens":[],"model":{"type":"Nothing"}}'),
        ("tokenizer_config.json", b"{broken"),
        ("config.json", b"{broken"),
        ("config.json", b'{"model_type": "no such thing"}'),
        ("model.safetensors", None),
        ("model.safetensors", b""),
        ("model.safetensors", b"\x10\0\0\0\0\0\0\0{}"),
    ],
)
def test_a_damaged_base_is_one_line(folder: Path, file: str, content: bytes | None) -> None:
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    message_of(folder)


def test_names_that_lead_nowhere_are_one_line(tmp_path: Path) -> None:
    message_of(tmp_path / "nothing", weights=False)
    message_of("nobody/has-this", weights=False)
    message_of("what is this?", weights=False)
    tokens_only = tmp_path / "tokens"
    tiny.tokenizer().save_pretrained(tokens_only)
    message_of(tokens_only)


def test_cut_or_missing_weights_are_refused(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    message_of(folder)


def test_weights_that_are_not_there_are_not_made_up(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    assert "lacks weights (transformer.h.2." in message_of(folder)


def test_a_base_with_alibi_is_refused(tmp_path: Path) -> None:
    assert "ALiBi" in message_of(tiny.save_base(tmp_path / "base", tiny.falcon(alibi=True)))


def test_only_safetensors_are_read(folder: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (Path.touch, (folder / "sprung",))

    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    message_of(folder)
    assert not (folder / "sprung").exists()


def test_code_that_comes_with_a_base_is_not_run(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    own = {"AutoConfig": "trap.Trap", "AutoModelForCausalLM": "trap.Trap", "AutoTokenizer": ["trap.Trap", "trap.Trap"]}
    (folder / "trap.py").write_text("from pathlib import Path\nPath(__file__).with_name('sprung').touch()\n")
    (folder / "config.json").write_text(json.dumps(config | {"auto_map": own}))
    load(folder)  # Falcon's own config names code too: transformers has its class
    (folder / "config.json").write_text(json.dumps(config | {"auto_map": own, "model_type": "trap"}))
    message_of(folder)
    assert not (folder / "sprung").exists()


def test_the_embedded_base_is_checked_against_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(tiny.save_base(tmp_path / "embedded"))
    weights = folder / "model.safetensors"
    (folder / "model.safetensors.sha256").write_text(f"{sha256(weights.read_bytes()).hexdigest()}  model.safetensors\n")
    monkeypatch.setattr(embedded, "EMBEDDED", folder)
    embedded.check_embedded()
    load("embedded")
    data = bytearray(weights.read_bytes())
    data[-5] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged .* install twin again") as caught:
        embedded.check_embedded()
    assert "\n" not in str(caught.value)
    (folder / "model.safetensors.sha256").unlink()
    with pytest.raises(ModelError, match="incomplete"):
        embedded.check_embedded()


def test_loading_the_embedded_base_checks_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = base.load_template(str(folder))
    monkeypatch.setattr(embedded, "EMBEDDED", folder)
    with pytest.raises(ModelError, match="install twin again"):
        base.load_template("embedded")
    with pytest.raises(ModelError, match="install twin again"):
        base.load_base("embedded", template, dtype=torch.float32, place=CPU)


@pytest.fixture
def adapter(folder: Path, tmp_path: Path) -> Path:
    save_adapter(with_adapter(load(folder), Train(rank=2), added=[]), tmp_path)
    return tmp_path / "adapter"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("adapter_model.safetensors", None),
        ("adapter_model.safetensors", b"\0" * 100),
        ("adapter_config.json", None),
        ("adapter_config.json", b"{broken"),
        ("adapter_config.json", b"{}"),
    ],
)
def test_a_damaged_adapter_is_one_line(folder: Path, adapter: Path, file: str, content: bytes | None) -> None:
    (adapter / file).unlink()
    if content is not None:
        (adapter / file).write_bytes(content)
    with pytest.raises(ModelError, match="twin train") as caught:
        load_adapter(load(folder), adapter)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("other", [{"heads": 2}, {"heads": 1, "num_hidden_layers": 1}])
def test_an_adapter_of_another_base_is_refused(adapter: Path, tmp_path: Path, other: dict[str, int]) -> None:
    another = tiny.save_base(tmp_path / "another", tiny.falcon(**other))
    with pytest.raises(ModelError, match="cannot be put on this base"):
        load_adapter(load(another), adapter)


def test_an_adapter_comes_as_safetensors_only(folder: Path, adapter: Path) -> None:
    shutil.move(adapter / "adapter_model.safetensors", adapter / "adapter_model.bin")
    with pytest.raises(ModelError, match="holds no adapter"):
        load_adapter(load(folder), adapter)


def test_precision() -> None:
    assert base.choose_precision("auto", CPU) == torch.float32
    assert base.choose_precision("bfloat16", CPU) == torch.bfloat16
    assert base.choose_precision("float32", torch.device("cuda")) == torch.float32


@pytest.mark.slow
@pytest.mark.parametrize("module", ["twin.train.loop", "twin.evaluate.likeness"])
def test_nothing_is_printed_and_no_kernels_are_looked_for(module: str, tmp_path: Path) -> None:
    """Also not where the package `kernels`, which fetches code from the Hub, happens to be installed."""
    (tmp_path / "kernels.py").write_text("def get_kernel(*_, **__):\n    raise SystemExit('fetched')\n")
    code = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(Path(base.__file__).parents[2])!r}]; import {module}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_a_base_is_there_without_scikit_learn_and_whoever_wants_that_has_it() -> None:
    code = "import sys, twin.model.base as base, transformers.generation.utils; print('sklearn' in sys.modules); import sklearn.metrics"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(base.__file__).parents[2])
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


def test_only_that_warning_is_silenced(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("bitsandbytes.backends.cpu.ops")
    logger.warning("Failed to load CPU gemm_4bit_forward from kernels-community: %s.", "no")
    logger.warning("something else")
    assert caplog.messages == ["something else"]
