import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch

from tests import tiny
from twin.chat.blind import EMPTY, TAGGED
from twin.chat.engine import Engine
from twin.chat.people import Contact, people_of
from twin.chat.persona import Prompted, persona_of
from twin.config import Config, Train, load_config, to_toml
from twin.dataset import read_split
from twin.errors import Interrupted
from twin.evaluate import rows
from twin.evaluate.held_out import Exchange, exchanges
from twin.evaluate.measured import ANOTHER, BASE, FEW_SHOT, RETRIEVAL, TWIN
from twin.model.base import load_template
from twin.model.sampling import Sampling
from twin.schema import Conversation
from twin.train.loop import train
from twin.workspace import write_text

LIVELY = Sampling(temperature=1.2, top_p=0.95, max_tokens=8)


def dated(talks: Sequence[Conversation]) -> list[Conversation]:
    """The same conversations, each of another day."""
    return [replace(talk, date=talk.date + timedelta(days=number)) for number, talk in enumerate(talks)]


def trained(folder: Path, **settings: Any) -> Path:
    """A workspace of a base, a dataset and a trained run; the words of the test split stand nowhere else."""
    chosen = Train.model_validate({"row_tokens": 192, "shared_tokens": 32, "rows": 4, "epochs": 0.5, "learning_rate": 0.01, **settings})
    chosen = chosen.model_copy(update={"base": tiny.save_base(folder / "base")})
    chance = random.Random(5)
    test = [
        tiny.conversation(*(turn for number in range(2) for turn in (tiny.them(chance.choice(["no", "hi there"])), tiny.me(f"secret {talk} {number}"))))
        for talk in range(5)
    ]
    dataset = tiny.save_dataset(folder / "dataset", train=dated(tiny.chatter(24)), test=dated(test))
    (folder / "run-1").mkdir()
    write_text(folder / "run-1" / "config.toml", to_toml(Config(train=chosen)))
    write_text(folder / "run-1" / "run.json", (dataset / "report.json").read_text(encoding="utf-8"))
    train(dataset, folder / "run-1", chosen)
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="module")
def asked(work: Path) -> list[Exchange]:
    return exchanges(read_split(work / "dataset", "test"))


@pytest.fixture
def run(work: Path, tmp_path: Path) -> Path:
    """The run, of which nothing was made yet."""
    return Path(shutil.copytree(work / "run-1", tmp_path / "run-1"))


@pytest.fixture(scope="module")
def undisturbed(work: Path, asked: list[Exchange], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with all of its replies."""
    folder = Path(shutil.copytree(work / "run-1", tmp_path_factory.mktemp("made") / "run-1"))
    speak(folder, work, asked)
    return folder


def speak(run: Path, work: Path, asked: Sequence[Exchange], sampling: Sampling = LIVELY, seed: int = 1, **options: Any) -> dict[str, list[rows.Reply]]:
    found, left_out = rows.spoken(run, work / "dataset", asked, sampling, seed, **options)
    assert not left_out
    return found


def must_make(*given: Any) -> bool:
    """Whether anything must be made that is not kept."""
    try:
        speak(*given, stop=lambda: True)
    except Interrupted:
        return True
    return False


def after(count: int) -> Callable[[], bool]:
    """Stops at the question with this number."""
    left = iter(range(count))
    return lambda: next(left, None) is None


def test_every_row_answers_every_exchange_and_tells_how_far_it_is(run: Path, work: Path, asked: list[Exchange]) -> None:
    told: list[tuple[int, int, str]] = []
    data = [read_split(work / "dataset", split) for split in ("train", "test")]
    found, left_out = rows.replies(run, work / "dataset", asked, *data, LIVELY, 1, progress=lambda *what: told.append(what))
    assert set(found) == {BASE, FEW_SHOT, TWIN, RETRIEVAL, ANOTHER}
    assert not left_out
    assert all(len(replies) == 10 and all("".join(reply).strip() for reply in replies) for replies in found.values())
    assert told[:3] == [(8, 10, BASE), (10, 10, BASE), (8, 10, FEW_SHOT)]
    assert [one[2] for one in told[3:]] == [FEW_SHOT] + [TWIN] * 2 + [RETRIEVAL, ANOTHER]
    assert found[TWIN] != found[BASE] != found[FEW_SHOT]


def test_the_rows_say_what_the_chat_says(undisturbed: Path, run: Path, work: Path, asked: list[Exchange]) -> None:
    likeliest = Sampling(temperature=0, max_tokens=8)
    found = speak(run, work, asked[:4], likeliest)
    persona = persona_of(work / "dataset", splits=("train", "validation"))
    engine = Engine(run)
    untrained = Engine.untrained(load_config(run / "config.toml").train.base, persona.person, persona.contacts, 2048)
    prompted = Prompted(untrained, persona, count=20, budget=2000)
    for number, one in enumerate(asked[:4]):
        assert found[TWIN][number] == list(engine.reply(one.context, one.contact, likeliest))[-1]
        assert found[BASE][number] == list(engine.reply(one.context, one.contact, likeliest, voice="base"))[-1]
        assert found[FEW_SHOT][number] == list(prompted.reply(one.context, one.contact, likeliest))[-1]


def test_a_seed_gives_the_same_replies_again_and_in_any_order_and_another_gives_others(undisturbed: Path, run: Path, work: Path, asked: list[Exchange]) -> None:
    first = speak(undisturbed, work, asked)
    assert speak(run, work, asked) == first
    assert speak(run, work, asked[:2], seed=2) != {row: replies[:2] for row, replies in first.items()}
    backwards = speak(run, work, asked[::-1])
    assert {row: replies[::-1] for row, replies in backwards.items()} == first


@pytest.mark.parametrize("count", [0, 45])
def test_what_was_stopped_goes_on_to_the_same_replies(undisturbed: Path, run: Path, work: Path, asked: list[Exchange], count: int) -> None:
    with pytest.raises(Interrupted, match=r"kept in .*replies\.jsonl, the same command goes on"):
        speak(run, work, asked, stop=after(count))
    file = run / "evaluation" / "replies.jsonl"
    kept = file.read_bytes() if file.exists() else b""
    assert speak(run, work, asked) == speak(undisturbed, work, asked, stop=lambda: True)
    assert file.read_bytes().startswith(kept)  # nothing of it was made a second time
    assert len(file.read_bytes().splitlines()) == 6


def test_what_is_kept_is_private_and_holds_no_word_of_the_person(undisturbed: Path) -> None:
    file = undisturbed / "evaluation" / "replies.jsonl"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert b"secret" not in file.read_bytes()


def test_replies_are_made_anew_when_anything_has_changed(undisturbed: Path, tmp_path: Path, work: Path, asked: list[Exchange]) -> None:
    run = Path(shutil.copytree(undisturbed, tmp_path / "run-1"))
    assert not must_make(run, work, asked)
    assert must_make(run, work, asked, LIVELY, 2)
    for change in ({"temperature": 1.1}, {"top_p": 0.9}, {"repetition_penalty": 1.0}, {"max_tokens": 11}):
        assert must_make(run, work, asked, replace(LIVELY, **change))
    other = replace(asked[3], context=(tiny.them("are you there"),))
    assert must_make(run, work, [*asked[:3], other, *asked[4:]])
    assert not must_make(run, work, asked[:8])
    result = json.loads((run / "result.json").read_text())
    (run / "result.json").write_text(json.dumps(result | {"steps": 0}))
    assert must_make(run, work, asked)
    (run / "result.json").write_bytes((undisturbed / "result.json").read_bytes())
    assert not must_make(run, work, asked)
    weights = next((run / "adapter").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes())
    assert must_make(run, work, asked)


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b'{"a": 1}\n[1]\n\xff\n["x", [["a", 2]]]\n["y", ["ab"]]\n' + data[:-30]])
def test_a_damaged_or_cut_line_is_passed_over(undisturbed: Path, tmp_path: Path, work: Path, asked: list[Exchange], damage: Callable[[bytes], bytes]) -> None:
    run = Path(shutil.copytree(undisturbed, tmp_path / "run-1"))
    file = run / "evaluation" / "replies.jsonl"
    file.write_bytes(damage(file.read_bytes()))
    assert speak(run, work, asked) == speak(undisturbed, work, asked)
    speak(run, work, asked[:1], seed=2)  # what comes behind it can be read
    assert not must_make(run, work, asked[:1], LIVELY, 2)
    assert not must_make(run, work, asked)


def test_a_group_of_another_size_is_no_answer(tmp_path: Path) -> None:
    kept = rows._Kept(tmp_path / "evaluation" / "replies.jsonl")
    kept.add("sign", [("a",), ("b", "c")])
    again = rows._Kept(kept.path)
    assert again.get("sign", 2) == [("a",), ("b", "c")]
    assert again.get("sign", 3) is again.get("other", 2) is None


def test_no_truth_of_the_test_split_is_shown_and_every_reply_has_its_own_seed(work: Path, asked: list[Exchange]) -> None:
    settings = load_config(work / "run-1" / "config.toml").train
    template = load_template(settings.base)
    found, _ = rows._rows(work / "run-1", work / "dataset", asked, settings, template, LIVELY, 1)
    prompts = {row: [template.decode(ids) for ids, _ in given] for row, given in found.items()}
    for number, one in enumerate(asked):
        said = [turn.bubbles[0] for turn in one.context if turn.mine]
        others = {f"secret {talk} {place}" for talk in range(5) for place in range(2)} - set(said)
        assert not any(text in prompts[row][number] for row in prompts for text in others)
        assert prompts[BASE][number] == prompts[TWIN][number]
        assert all(text in prompts[row][number] for row in prompts for text in said)
    assert all(len(few) > 2 * len(plain) for few, plain in zip(prompts[FEW_SHOT][::2], prompts[BASE][::2], strict=True))
    assert len({sampling.seed for given in found.values() for _, sampling in given}) == 3 * len(asked)
    assert not any("secret" in bubble for reply in rows.nearest(asked, read_split(work / "dataset", "train")) for bubble in reply)


def test_a_reply_fills_no_more_than_the_row(work: Path, asked: list[Exchange]) -> None:
    settings = load_config(work / "run-1" / "config.toml").train
    long = replace(asked[0], context=tuple(turn for number in range(60) for turn in (tiny.them(f"{number} {'q' * 20}"), tiny.me("ok")))[:-1])
    found, _ = rows._rows(work / "run-1", work / "dataset", [long], settings, load_template(settings.base), Sampling(max_tokens=160), 1)
    for row in (BASE, TWIN):
        ids, sampling = found[row][0]
        assert len(ids) + sampling.max_tokens <= settings.row_tokens
        assert sampling.max_tokens >= settings.row_tokens // 3 - 1


def test_without_examples_the_row_is_left_out(run: Path, work: Path, asked: list[Exchange], tmp_path: Path) -> None:
    silent = tiny.conversation(tiny.them("hi"))
    folder = tiny.save_dataset(tmp_path / "dataset", train=[silent], validation=[silent], test=[silent])
    found, left_out = rows.replies(run, folder, asked[:2], [silent], [silent], LIVELY, 1)
    assert set(found) == {BASE, TWIN}
    assert set(left_out) == {FEW_SHOT, RETRIEVAL, ANOTHER}


def test_where_memory_is_short_replies_are_made_one_by_one(run: Path, work: Path, asked: list[Exchange], monkeypatch: pytest.MonkeyPatch) -> None:
    real, whole = rows.read_on, speak(run, work, asked[:3])
    shutil.rmtree(run / "evaluation")

    def narrow(model: Any, some: Sequence[Any]) -> torch.Tensor:
        if len(some) > 1:
            raise torch.OutOfMemoryError
        return real(model, some)

    monkeypatch.setattr(rows, "read_on", narrow)
    assert speak(run, work, asked[:3]) == whole


def test_the_nearest_reply_is_that_to_what_is_most_like_it() -> None:
    past = dated(
        [
            tiny.conversation(tiny.them("are you hungry?"), tiny.me("always", "pasta?")),
            tiny.conversation(tiny.them("did the train come"), tiny.me("late")),
            tiny.conversation(tiny.them("did the train come"), tiny.me("old"), chat="Zoe"),
            tiny.conversation(tiny.them("did the train come"), tiny.me("later"), chat="Zoe"),
            tiny.conversation(tiny.them("what number"), tiny.me("⟦PHONE⟧")),
            tiny.conversation(tiny.them("so"), tiny.me("yes"), tiny.them("well"), tiny.me("yes"), tiny.me("learn this not", learn=False)),
            tiny.conversation(tiny.them("hm"), tiny.me("newest")),
            tiny.conversation(tiny.me("opened")),
        ]
    )
    random.Random(1).shuffle(past)

    def answer(question: str, chat: str = "Bob") -> rows.Reply | str:
        one = exchanges([tiny.conversation(tiny.them("did the train come"), tiny.me("x"), tiny.them(question), tiny.me("truth"), chat=chat)])[1]
        return rows.nearest([one], past)[0]

    assert answer("Hungry yet?") == ("always", "pasta?")
    assert answer("did the train come at last", "Bob") == ("late",)
    assert answer("did the train come at last", "Zoe") == ("later",)
    assert answer("did the train come at last", "Mia") == ("later",)
    assert answer("🦔") == answer("что") == ("yes",)
    assert answer("what number") != ("⟦PHONE⟧",)


def test_signs_alone_are_compared_too_and_nothing_at_all_gives_what_is_frequent() -> None:
    past = [tiny.conversation(tiny.them("🦔"), tiny.me("aw")), tiny.conversation(tiny.them("hm"), tiny.me("ok"), tiny.them("so"), tiny.me("ok"))]
    one = exchanges([tiny.conversation(tiny.them("🦔"), tiny.me("truth"))])
    assert rows.nearest(one, past) == [("aw",)]
    assert rows.nearest(one, [tiny.conversation(tiny.them(" "), tiny.me("ok"))]) == [("ok",)]
    assert rows.nearest(one, [tiny.conversation(tiny.me("ok"))]) == "the training split holds no reply that answers somebody"


def others(name: str, count: int, size: int = 5, chat_id: int = 1) -> Conversation:
    turns = [turn for number in range(count) for turn in (tiny.them(f"{name}{number}".ljust(size, "."), name=name), tiny.me("ok"))]
    return tiny.conversation(*turns, chat_id=chat_id, group=True)


def test_the_other_person_is_one_alone_and_their_held_out_turns_come_first() -> None:
    asked = exchanges([others("Q", 25)])
    held_out = [others("A", 30), others("B", 15), others("A", 20, chat_id=2)]
    found = rows.another(asked, [others("B", 14)], held_out, 1)
    assert len(set(found)) == len(found) == 25
    assert set(found) <= {turn.bubbles for turn in held_out[0].turns}
    asked = [replace(one, reply=("x" * 9,)) for one in asked]
    some = rows.another(asked, [others("A", 10, 9), others("B", 90)], [others("B", 10, 9)], 1)
    assert all(reply[0].startswith("B") for reply in some)
    assert sum(len(reply[0]) == 9 for reply in some) == 10
    assert rows.another(asked, [others("B", 90)], held_out[1:2], 2) != rows.another(asked, [others("B", 90)], held_out[1:2], 1)
    few = rows.another(asked, [], [others("A", 20)], 1)
    assert sorted(map(bool, few)) == [False] * 5 + [True] * 20
    assert rows.another(asked, [others("A", 9)], [others("A", 10)], 1) == "nobody else has written 20 turns: 19"
    assert rows.another(asked, [], [tiny.conversation(tiny.me("note"))], 1) == "nobody else has written 20 turns: 0"


def test_the_other_persons_turns_are_about_as_long_as_the_persons_and_none_is_private() -> None:
    lengths = [1, 4, 7, 16, 25, 36, 49, 64]
    asked = exchanges([tiny.conversation(*(turn for size in lengths for turn in (tiny.them("hi"), tiny.me("x" * size))))])
    sizes = random.Random(1).sample([size for size in range(1, 81) if size not in (7, 8)], 78)
    talk = tiny.conversation(*(tiny.them("y" * size) for size in sizes), tiny.them("⟦PHONE⟧"), tiny.them(" "))
    found = rows.another(asked, [], [talk], 1)
    assert [len(reply[0]) for reply in found] == [6 if size == 7 else size for size in lengths]


def test_what_cannot_be_compared_is_counted() -> None:
    talk = tiny.conversation(*(turn for reply in ("ok", " ", "call ⟦PHONE⟧", "PHONE⟧", "yes") for turn in (tiny.them("⟦EMAIL⟧?"), tiny.me(reply))))
    found, left_out = rows.usable(exchanges([talk]))
    assert [one.reply for one in found] == [("ok",), ("yes",)]
    assert left_out == {EMPTY: 1, TAGGED: 2}


def test_the_choice_spreads_over_conversations_and_chats() -> None:
    talks = dated([others("Q", 6) for _ in range(30)])
    talks = [replace(talk, chat="Zoe" if number < 10 else "Bob") for number, talk in enumerate(talks)]
    known = exchanges(talks)
    some = rows.chosen(known, 12, 1)
    assert len({one.conversation for one in some}) == 12
    assert sorted(one.contact.name for one in some) == ["Bob"] * 8 + ["Zoe"] * 4
    assert len({one.conversation for one in rows.chosen(known, 30, 1)}) == 30
    assert rows.chosen(known, 50, 1)[:12] == some
    assert rows.chosen(known[::-1], 12, 1) == some
    assert rows.chosen(known, 12, 2) != some
    assert len(rows.chosen(known, 1000, 1)) == len(known) == 180
    assert len({one.key.rpartition(":")[2] for one in some}) > 2


@pytest.mark.slow
@pytest.mark.parametrize("method", ["full", "prefix", "prompt", "dora"])
def test_every_kind_of_run_has_its_rows(tmp_path: Path, method: str) -> None:
    folder = trained(tmp_path, method=method)
    asked, likeliest = exchanges(read_split(folder / "dataset", "test")), Sampling(temperature=0, max_tokens=8)
    found = speak(folder / "run-1", folder, asked, likeliest)
    persona = people_of(folder / "run-1")
    alone = Engine.untrained(str(folder / "base"), *persona, 192)
    engine = Engine(folder / "run-1")
    for number in (0, 7, 9):
        one = asked[number]
        assert found[BASE][number] == list(alone.reply(one.context, Contact("Bob"), likeliest))[-1]
        assert found[TWIN][number] == list(engine.reply(one.context, Contact("Bob"), likeliest))[-1]
    assert found[BASE] != found[TWIN]


_PROGRAM = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from twin.dataset import read_split
from twin.evaluate import rows
from twin.evaluate.held_out import exchanges
from twin.model.sampling import Sampling
run, dataset = Path(sys.argv[1]), Path(sys.argv[2])
print("begins", flush=True)
rows.spoken(run, dataset, exchanges(read_split(dataset, "test")), Sampling(temperature=1.2, top_p=0.95, max_tokens=8), 1)
"""


@pytest.mark.slow
def test_what_was_killed_goes_on_to_the_same_replies(undisturbed: Path, run: Path, work: Path, asked: list[Exchange]) -> None:
    whole, file = speak(undisturbed, work, asked), run / "evaluation" / "replies.jsonl"
    killed = 0
    for lines in (1, 2, 4):
        with subprocess.Popen([sys.executable, "-c", _PROGRAM, str(run), str(work / "dataset")], cwd=Path(__file__).parents[2]) as program:
            until = time.monotonic() + 120
            while program.poll() is None and time.monotonic() < until and not (file.exists() and file.read_bytes().count(b"\n") >= lines):
                time.sleep(0.001)
            program.send_signal(signal.SIGKILL)
        killed += program.returncode == -signal.SIGKILL
    assert killed >= 2
    assert speak(run, work, asked) == whole
    assert len(file.read_bytes().splitlines()) == 6
