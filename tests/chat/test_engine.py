import json
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from tests import tiny
from twin.chat.engine import Engine
from twin.chat.people import BASE, Contact, people_of, with_message
from twin.config import Config, Train, to_toml
from twin.errors import ConfigError, ModelError, UsageError
from twin.model.adapter import save_adapter, with_adapter
from twin.model.base import load_base, load_template
from twin.model.generate import generate
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn

PRIYA = Contact("Priya")
HELLO = [Turn("Priya", False, ("hello there",), False)]


@pytest.fixture(scope="module")
def engine(run_folder: Path) -> Engine:
    return Engine(run_folder)


@pytest.fixture(scope="module")
def long(engine: Engine) -> Sampling:
    """Draws that give a reply of some tokens, whatever the weights of the base are."""
    draws = (Sampling(temperature=1.5, max_tokens=24, seed=seed) for seed in range(100))
    return next(sampling for sampling in draws if len(list(engine.reply(HELLO, PRIYA, sampling))) > 6)


def last(engine, sampling, **options):
    return list(engine.reply(HELLO, PRIYA, sampling, **options))[-1]


def test_a_run_knows_its_person_and_contacts_most_written_to_first(engine):
    assert engine.person == "Nika Orlova"
    assert engine.contacts == [Contact("Priya"), Contact("Мама"), Contact("wall rats 🧗", ChatKind.GROUP)]


def test_loading_says_what_is_being_loaded(run_folder):
    told = []
    Engine(run_folder, told.append)
    assert told == ["loading embedded", f"loading the adapter of {run_folder.name}"]


def test_a_reply_grows_from_its_first_token_to_its_last(engine, long):
    steps = list(engine.reply(HELLO, PRIYA, long))
    assert len(steps) > 2
    texts = ["\n".join(bubbles) for bubbles in steps]
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert texts[-1]


def test_the_twin_and_the_base_answer_differently_and_in_any_order(engine, long):
    twin, base = last(engine, long), last(engine, long, voice=BASE)
    assert twin != base
    assert (last(engine, long), last(engine, long, voice=BASE)) == (twin, base)


def test_a_base_answer_that_is_not_read_to_its_end_leaves_the_twin_whole(engine, long):
    twin = last(engine, long)
    broken_off = engine.reply(HELLO, PRIYA, long, voice=BASE)
    next(broken_off)
    broken_off.close()
    assert last(engine, long) == twin


def test_the_same_seed_draws_the_same_reply(engine, long):
    assert last(engine, long) == last(engine, long)
    assert len({last(engine, replace(long, seed=seed)) for seed in range(5)}) > 1


def test_what_is_remembered_stands_in_the_prompt(engine):
    without, some = engine._prompt(HELLO, PRIYA, 0), engine._prompt(HELLO, PRIYA, 0, ("On 3 May Priya moved.", "She has a cat."))
    assert "remembers: On 3 May Priya moved. She has a cat." in engine._template.decode(some)
    assert "remembers" not in engine._template.decode(without)


def test_a_voice_that_there_is_not_is_refused_by_name(engine, run_folder):
    assert engine.voices == (run_folder.name, BASE)
    with pytest.raises(UsageError, match=f"no voice run-9; there are: {run_folder.name}, base"):
        last(engine, Sampling(), voice="run-9")


def test_stopping_ends_the_reply_before_the_next_token(engine, long):
    asked = []

    def stopped():
        asked.append(True)
        return len(asked) > 3

    steps = list(engine.reply(HELLO, PRIYA, long, stopped=stopped))
    assert len(asked) == 4
    assert 0 < len(steps) <= 3 + 1  # a value for each token of the text, and the whole


def test_who_the_contact_is_changes_the_prompt(engine):
    prompts = {tuple(engine._prompt(HELLO, contact, 0)) for contact in (PRIYA, Contact("Мама"), Contact("Priya", ChatKind.GROUP))}
    assert len(prompts) == 3


def test_a_long_conversation_loses_its_oldest_turns(engine):
    turns = [Turn("Priya" if number % 2 else "Nika Orlova", not number % 2, (f"message number {number}",), False) for number in range(300)]
    prompt = engine._prompt(turns, PRIYA, reserve=100)
    text = engine._template.tokenizer.decode(prompt)
    assert len(prompt) <= engine._room - 100
    assert "number 299" in text
    assert "number 0 " not in text
    header = engine._template.header("Nika Orlova", contact="Priya")
    assert tuple(prompt[: len(header)]) == header


def test_of_one_message_that_is_too_long_the_end_is_answered(engine):
    prompt = engine._prompt([Turn("Priya", False, ("word " * 2000 + "the end",), False)], PRIYA, reserve=100)
    assert len(prompt) == engine._room - 100
    assert "the end" in engine._template.tokenizer.decode(prompt)


@pytest.mark.parametrize("method", ["full", "prefix", "prompt"])
def test_a_twin_of_another_method_answers_and_so_does_its_base(tmp_path, run_folder, method):
    settings = Train(base=tiny.save_base(tmp_path / "base"), method=method, virtual_tokens=4)
    (tmp_path / "config.toml").write_text(to_toml(Config(train=settings)), encoding="utf-8")
    shutil.copy(run_folder / "run.json", tmp_path)
    template = load_template(settings.base)
    trained = with_adapter(load_base(settings.base, template, dtype=torch.float32, place=torch.device("cpu")), settings, added=[])
    with torch.no_grad():
        for weight in trained.parameters():
            if weight.requires_grad:
                weight += torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    save_adapter(trained, tmp_path)
    engine = Engine(tmp_path)
    draw = Sampling(temperature=0, max_tokens=8)
    twin, base = last(engine, draw), last(engine, draw, voice=BASE)
    assert twin != base
    assert (last(engine, draw), last(engine, draw, voice=BASE)) == (twin, base)
    prompt = template.prompt(template.header("Nika Orlova", contact="Priya"), HELLO, group=False)
    assert list(generate(trained.eval(), template, prompt, draw))[-1] == twin
    assert list(generate(tiny.falcon(heads=1), template, prompt, draw))[-1] == base


def test_a_twin_of_another_small_base_is_not_taken_for_one_of_this(tmp_path, run_folder):
    shutil.copytree(run_folder, tmp_path / "run-1")
    about = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    for content in (about | {"base": "0" * 64}, {name: value for name, value in about.items() if name != "base"}):
        (tmp_path / "run-1" / "run.json").write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(ModelError, match=r"run-1 was trained on the small base of another version of twin, .* twin train --fresh"):
            Engine(tmp_path / "run-1")


def test_consecutive_messages_of_one_speaker_form_one_turn():
    turns = with_message([], "Priya", "one")
    turns = with_message(turns, "Priya", "two\n\nthree\nlines")
    assert turns == [Turn("Priya", False, ("one", "two", "three\nlines"), False)]
    assert len(with_message(turns, "Zoya", "four")) == 2
    mine = [*turns, Turn("Nika Orlova", True, ("yes",), False)]
    assert len(with_message(mine, "Priya", "five")) == 3


@pytest.mark.parametrize("content", [None, "{", "[]", '{"person": "N"}', '{"person": "N", "chats": [{"name": "a", "kind": "nonsense", "targets": 1}]}'])
def test_a_damaged_run_says_so(tmp_path, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"run\.json.*twin train"):
        people_of(tmp_path)


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda run: (run / "config.toml").unlink(), ConfigError),
        (lambda run: shutil.rmtree(run / "adapter"), ModelError),
        (lambda run: (run / "adapter" / "adapter_model.safetensors").write_bytes(b"x"), ModelError),
        (lambda run: (run / "adapter" / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}), encoding="utf-8"), ModelError),
    ],
)
def test_a_run_that_lacks_something_is_not_loaded(tmp_path, run_folder, damage, error):
    run = tmp_path / "copy"
    shutil.copytree(run_folder, run)
    damage(run)
    with pytest.raises(error):
        Engine(run)
