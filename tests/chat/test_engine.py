import gc
import json
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests import tiny
from twin.chat import scheduler
from twin.chat.engine import Engine
from twin.chat.people import BASE, Contact, Told, people_of, why_not_beside, with_message
from twin.config import Config, Train, to_toml
from twin.errors import ConfigError, ModelError, UsageError
from twin.model import decoding, voices
from twin.model.adapter import save_adapter, with_adapter
from twin.model.base import load_base, load_template
from twin.model.decoding import Kept, read_on
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


def test_memories_leave_half_of_the_room_to_the_conversation(engine):
    few, many = ["it rained"], [f"memory {number} " + "so it rained again " * 10 for number in range(20)]
    assert "it rained" in engine._template.decode(engine._prompt(HELLO, PRIYA, 100, few))
    prompt = engine._template.decode(engine._prompt(HELLO, PRIYA, 100, many))
    assert "memory 19" in prompt
    assert "memory 0 " not in prompt
    assert "hello there" in prompt


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


def test_a_reply_that_fills_the_row_is_cut_there():
    base = Engine.untrained("embedded", "Nika", [PRIYA], 80)
    seen = set()
    for seed in range(100):
        for _ in (told := Told(base.reply([Turn("Priya", False, ("so " * 200,), False)], PRIYA, Sampling(1.5, max_tokens=500, seed=seed)))):
            pass
        seen.add(told.ended.cut)
        length = told.ended.prompt_tokens + told.ended.reply_tokens
        assert length == 80 if told.ended.cut else length <= 80
        if len(seen) == 2:
            break
    assert seen == {True, False}


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


# -- long conversations, and what is kept of them ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Callable[[], Engine]:
    """Makes an engine on a tiny base, whose replies are nonsense and quickly there."""
    folder = tiny.save_base(tmp_path_factory.mktemp("base"), tiny.falcon(heads=1, initializer_range=0.3))
    return lambda: Engine.untrained(folder, "Nika Orlova", [PRIYA], 512)


@pytest.fixture
def read(monkeypatch) -> list[int]:
    """How many tokens each call of the model has read, of each conversation."""
    counts = []

    def counting(model, work):
        counts.extend(len(tokens) for _, tokens in work)
        return read_on(model, work)

    monkeypatch.setattr(scheduler, "read_on", counting)
    return counts


def last_of(engine, turns, sampling):
    return list(engine.reply(turns, PRIYA, sampling))[-1]


def talk(engine, count, sampling) -> list[list[int]]:
    """The prompts of a conversation in which the person answers each message."""
    turns, prompts = [], []
    for number in range(count):
        turns = with_message(turns, "Priya", f"and this is the message number {number}")
        prompts.append(engine._prompt(turns, PRIYA, 100))
        bubbles = last_of(engine, turns, replace(sampling, seed=number))
        turns.append(Turn(engine.person, True, bubbles, False))
    return prompts


def test_the_next_message_is_read_without_what_was_read_before(small, read):
    engine = small()
    prompts = talk(engine, 5, Sampling(temperature=0, max_tokens=6))
    firsts = [count for count in read if count > 1]
    assert firsts[0] == len(prompts[0])
    assert max(firsts[1:]) < 40 < len(prompts[-1]) - 40


def test_what_was_read_before_changes_no_reply(small):
    engine, turns = small(), []
    for number in range(4):
        turns = with_message(turns, "Priya", f"message {number}, what do you say?")
        draw = Sampling(temperature=1, max_tokens=12, seed=number)
        said = last_of(engine, turns, draw)
        assert last_of(small(), turns, draw) == said
        assert last_of(engine, turns, draw) == said, "asked for once more"
        turns.append(Turn(engine.person, True, said, False))


def test_a_long_conversation_keeps_its_header_and_seldom_begins_anew(small, read):
    engine = small()
    prompts = talk(engine, 60, Sampling(temperature=0, max_tokens=4))
    header = engine._template.header(engine.person, contact="Priya")
    assert all(tuple(prompt[: len(header)]) == header for prompt in prompts)
    assert max(map(len, prompts)) <= engine._room - 100
    anew = sum(later[: len(earlier) - 1] != earlier[:-1] for earlier, later in pairwise(prompts))
    assert 2 <= anew <= 8
    assert min(len(prompt) for prompt in prompts[30:]) > engine._room // 4
    assert sum(read) < sum(map(len, prompts)) / 5


# -- several at once ---------------------------------------------------------------------------------------------------


def together(*asks) -> list[tuple[str, ...]]:
    """What replies that are asked for at once come to."""
    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(lambda ask: list(ask())[-1], asks))


def test_replies_at_once_are_what_each_is_alone(engine, read):
    asks = [
        partial(engine.reply, with_message([], contact.name, text), contact, Sampling(temperature=temperature, max_tokens=24, seed=seed), voice=voice)
        for seed, (contact, text) in enumerate([(PRIYA, "hello there"), (Contact("Мама"), "ты где? " * 60), (PRIYA, "no")])
        for temperature in (0, 1)
        for voice in (None, BASE)
    ]
    alone = [list(ask())[-1] for ask in asks]
    del read[:]
    assert together(*asks) == alone
    assert len(set(alone)) > 6


def test_they_advance_together(small, monkeypatch):
    engine, sizes = small(), []
    monkeypatch.setattr(scheduler, "read_on", lambda model, work: sizes.append(len(work)) or read_on(model, work))
    together(*(partial(engine.reply, HELLO, PRIYA, Sampling(temperature=1.5, max_tokens=40, seed=seed)) for seed in range(6)))
    assert max(sizes) == 6


@pytest.fixture
def one_slot(monkeypatch) -> None:
    """Room for one reply, each token of which takes its time: a long one is not over before the test is."""
    monkeypatch.setattr(scheduler, "SLOTS", 1)
    monkeypatch.setattr(scheduler, "read_on", lambda model, work: time.sleep(0.02) or read_on(model, work))


@pytest.mark.usefixtures("one_slot")
def test_a_reply_that_nobody_reads_any_more_frees_its_slot_and_who_came_first_is_next(small):
    engine, order = small(), []
    first = engine.reply(HELLO, PRIYA, Sampling(temperature=2, max_tokens=10**6, seed=1))
    next(first)
    (held,) = engine._scheduler._active

    def ask(number):
        def begun():
            if number not in order:
                order.append(number)
            return False

        list(engine.reply(HELLO, PRIYA, Sampling(temperature=1, max_tokens=3, seed=number), stopped=begun))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(engine._scheduler._waiting) < number + 1:
            time.sleep(0.001)
    first.close()
    for thread in threads:
        thread.join(timeout=30)
    assert order == [0, 1, 2, 3]
    assert not held.draft.done
    assert not engine._scheduler._active


@pytest.mark.usefixtures("one_slot")
def test_who_stops_waiting_is_not_waited_for(small):
    engine = small()
    first = engine.reply(HELLO, PRIYA, Sampling(temperature=2, max_tokens=10**6, seed=1))
    next(first)
    assert list(engine.reply(HELLO, PRIYA, Sampling(), stopped=lambda: True)) == [()]
    assert list(engine.reply(HELLO, PRIYA, Sampling(max_tokens=0))) == [()]
    assert engine._scheduler._active, "the first is still on its way"
    first.close()


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("error", "expected"), [(torch.OutOfMemoryError("CUDA out of memory"), "not enough memory for a conversation of"), (RuntimeError("a bug"), "a bug")]
)
def test_what_fails_is_one_reply_and_nobody_elses(small, monkeypatch, error, expected, apart):
    if apart:  # as a model that reads one conversation after the other
        monkeypatch.setattr(decoding, "_way", lambda *_: "apart")
    engine = small()
    bad = [Turn("Priya", False, ("the bad one",), False)]

    def failing(model, work):
        if any("bad" in engine._template.decode(tokens) for _, tokens in work):
            raise error
        return read_on(model, work)

    draws = [Sampling(temperature=1, max_tokens=20, seed=seed) for seed in range(3)]
    alone = [last(engine, draw) for draw in draws]
    monkeypatch.setattr(scheduler, "read_on", failing)
    with ThreadPoolExecutor(4) as pool:
        replies = [pool.submit(last, engine, draw) for draw in draws]
        failed = pool.submit(lambda: list(engine.reply(bad, PRIYA, Sampling())))
    assert [reply.result() for reply in replies] == alone
    with pytest.raises((ModelError, RuntimeError), match=expected):
        failed.result()
    assert last(engine, draws[0]) == alone[0]


def test_a_callers_own_error_goes_back_to_them(engine, long):
    def stopped():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        last(engine, long, stopped=stopped)
    assert last(engine, long)


def test_an_engine_that_nobody_has_any_more_ends_its_thread(small):
    engine = small()
    last(engine, Sampling(max_tokens=2))
    thread = engine._scheduler._thread
    assert thread.is_alive()
    del engine
    gc.collect()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.slow
def test_a_thousand_requests_leave_memory_as_it_was(run_folder):
    import psutil

    engine, process, seen = Engine(run_folder), psutil.Process(), []
    engine._scheduler._kept = Kept(most=2**24)
    for number in range(500):  # two requests each, on average
        contact = Contact(f"{number % 60} Priya")
        turns = with_message([], contact.name, f"{number} is what I say " + "again " * (number % 50))
        asks = [partial(engine.reply, turns, contact, Sampling(max_tokens=3, seed=number + offset)) for offset in range(1 + number % 3)]
        if number % 7 == 0:
            broken_off = asks.pop()()
            next(broken_off)
            broken_off.close()
        if asks:
            together(*asks)
        if number % 50 == 49:
            gc.collect()
            seen.append(process.memory_info().rss)
    assert 2**23 < engine._scheduler._kept.size <= 2**24
    assert seen[-1] - seen[2] < 24 * 2**20, seen


# -- who answers -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def second(run_folder, tmp_path_factory) -> Path:
    """Another run over the same base."""
    folder = tmp_path_factory.mktemp("runs") / "run-2"
    shutil.copytree(run_folder, folder)
    weights = load_file(folder / "adapter" / "adapter_model.safetensors")
    save_file(
        {name: -weight for name, weight in weights.items() if "lora_A" in name} | {name: weight for name, weight in weights.items() if "lora_A" not in name},
        folder / "adapter" / "adapter_model.safetensors",
    )
    return folder


@pytest.mark.parametrize("whole", [True, False], ids=["weights of their own", "adapters beside the base"])
@pytest.mark.slow
def test_several_runs_answer_each_as_it_does_alone(run_folder, second, long, whole, monkeypatch):
    if not whole:
        monkeypatch.setattr(voices, "_WHOLE_BYTES", 0)
    told = []
    both = Engine([run_folder, second], told.append)
    assert both.voices == (run_folder.name, "run-2", BASE)
    assert told == ["loading embedded", f"loading the adapter of {run_folder.name}", "loading the adapter of run-2"]
    alone = [last(Engine(run), long) for run in (run_folder, second)]
    assert alone[0] != alone[1]
    asks = [partial(both.reply, HELLO, PRIYA, long, voice=voice) for voice in (None, "run-2", run_folder.name, "run-2")]
    assert [list(ask())[-1] for ask in asks] == together(*asks) == [*alone, *alone]


@pytest.mark.parametrize(
    ("train", "about", "why"),
    [
        ({"method": "full"}, {}, r"run-3 was trained with train\.method = full and answers alone"),
        ({"base": "other/base"}, {}, r"run-3 was trained on other/base, and cannot answer beside .*, which was on embedded; leave one of them out"),
        ({"method": "qlora"}, {}, "run-3 was trained on embedded in 4 bits, and cannot"),
        ({}, {"person": "Somebody"}, "run-3 knows people by other names than"),
        ({}, {"renamed": True}, "run-3 knows people by other names than"),
    ],
)
def test_a_run_that_cannot_answer_beside_another_is_named(run_folder, second, tmp_path, train, about, why):
    third = shutil.copytree(second, tmp_path / "run-3")
    (third / "config.toml").write_text(to_toml(Config(train=Train.model_validate({"base": "embedded"} | train))), encoding="utf-8")
    (third / "run.json").write_text(json.dumps(json.loads((second / "run.json").read_text(encoding="utf-8")) | about), encoding="utf-8")
    assert why_not_beside(run_folder, second) is None
    with pytest.raises(ModelError, match=why):
        Engine([run_folder, third])


def test_the_base_answers_without_a_run(engine, long):
    untrained = Engine.untrained("embedded", engine.person, engine.contacts, 512, lambda what: None)
    assert (untrained.person, untrained.contacts, untrained.voices) == (engine.person, engine.contacts, (BASE,))
    assert last(untrained, long) == last(untrained, long, voice=BASE) == last(engine, long, voice=BASE)


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
