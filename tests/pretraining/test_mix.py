"""What the base reads: cleaned, rendered as conversations, and never what it is measured on."""

import json
import lzma
import random
import re
from hashlib import sha256
from pathlib import Path

import pytest
from pretraining import clean
from pretraining.mix import EVERYDAY, SOURCES, bubbles, dialogues, held_out, read
from pretraining.prompts import PROMPTS, Answer

from tests.pretraining import corpora
from twin.schema import ChatKind, Conversation

SELF = next(source for source in SOURCES if source.file == "self_dialogue_en")
OWN = next(source for source in SOURCES if source.file == "everyday_en")
SENTENCES = next(source for source in SOURCES if source.file == "tatoeba_en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpora.save(tmp_path_factory.mktemp("corpora") / "files", 600)


def words(conversations: list[Conversation]) -> set[str]:
    """Every run of six words."""
    found = set()
    for talk in conversations:
        for turn in talk.turns:
            said = re.findall(r"\w+", " ".join(turn.bubbles).lower())
            found |= {" ".join(said[place : place + 6]) for place in range(len(said) - 5)}
    return found


def test_what_is_held_out_is_a_hundredth_and_is_never_read(folder: Path) -> None:
    with lzma.open(folder / "self_dialogue_en.jsonl.xz", "rt", encoding="utf-8") as lines:
        chosen = [json.loads(line) for line in lines if int(sha256(line.rstrip("\n").encode()).hexdigest(), 16) % 100 == 0]
    assert 0 < len(chosen) < 20
    assert list(read(folder, EVERYDAY, SELF, held_out=True)) == chosen
    kept = list(held_out(folder, EVERYDAY, SELF))
    assert [len(talk.turns) for talk in kept] == [len(item["turns"]) for item in chosen]
    for part in (0, 1):
        learned = [talk for talk in dialogues(folder, EVERYDAY, SELF, 1, part) if isinstance(talk, Conversation)]
        assert len(learned) > 300
        assert not words(kept) & words(learned)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_conversations(folder: Path) -> None:
    def first(seed: int, part: int) -> list[object]:
        return list(dialogues(folder, EVERYDAY, OWN, seed, part))[:40]

    assert first(1, 0) == first(1, 0)
    assert first(1, 0) != first(2, 0)
    assert first(1, 0) != first(1, 1)


def test_a_source_is_read_as_often_as_its_copies_say(folder: Path) -> None:
    once = sum(1 for _ in read(folder, EVERYDAY, OWN, held_out=False))
    assert OWN.copies == (2, 5)
    assert [sum(1 for _ in dialogues(folder, EVERYDAY, OWN, 1, part)) for part in (0, 1)] == [2 * once, 5 * once]
    assert not list(dialogues(folder, EVERYDAY, SENTENCES, 1, 1)), "none of it in the second part"
    loose = list(dialogues(folder, EVERYDAY, SENTENCES, 1, 0))
    assert all(isinstance(group, list) and len(group) <= 12 for group in loose)


def test_a_dialogue_is_a_conversation_of_one_of_its_speakers(folder: Path) -> None:
    talks = [talk for talk in dialogues(folder, EVERYDAY, SELF, 1, 0) if isinstance(talk, Conversation)]
    for talk in talks:
        assert any(turn.mine for turn in talk.turns)
        assert all(one.name != other.name for one, other in zip(talk.turns, talk.turns[1:], strict=False)), "turns of one speaker are merged"
        assert all(turn.bubbles and all(turn.bubbles) for turn in talk.turns)
    assert {talk.kind for talk in talks} == {ChatKind.PERSONAL, ChatKind.GROUP}
    assert len({talk.person for talk in talks}) > 20


def test_bubbles_are_sentences_or_the_whole() -> None:
    chance = random.Random(1)
    seen = {tuple(bubbles("Hi Mr. Brown. Are you in?  I am!", chance, vary=False)) for _ in range(50)}
    assert seen == {("Hi Mr. Brown. Are you in? I am!",), ("Hi Mr. Brown.", "Are you in?", "I am!")}
    assert ("hi there", "all well") in {tuple(bubbles("Hi there. All well.", chance, vary=True)) for _ in range(100)}


def test_text_is_cleaned_into_what_is_typed() -> None:
    assert clean.clean("“It’s  fine” — he said … &amp; left , ok") == '"It\'s fine" - he said ... & left, ok'
    assert clean.clean("\u200bhi\u00a0there") == "hi there"
    assert clean.fit("That sounds nice", "en")
    for bad in ("see http://example.org", "WHY ARE YOU SHOUTING AT ME", "as an AI I cannot", "да нет", "x" * 401, "[name] is here", ""):
        assert not clean.fit(bad, "en"), bad
    assert clean.fit("Да, конечно", "ru")
    assert not clean.fit("yes of course", "ru")
    assert clean.named("I'm [user's name], and you are [Name]?", 0, ["Ann", "Bob"]) == "I'm Ann, and you are Bob?"
    assert clean.of_a_machine("I am a bot")
    assert not clean.of_a_machine("I am about to leave")


def written() -> list[str]:
    return [block for path in sorted(EVERYDAY.glob("*/*.txt")) for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")) if block.strip()]


def test_what_was_written_for_the_base_is_in_its_form_and_says_nothing_twice() -> None:
    blocks = written()
    assert len(blocks) == 2376
    assert len(set(blocks)) == len(blocks)
    for block in blocks:
        lines = block.strip().split("\n")
        assert len(lines) >= 2, block
        assert all(re.fullmatch(r"[A-E]: \S.*", line) for line in lines), block
        assert all(part.strip() for line in lines for part in line[3:].split("/")), block


def test_the_forty_messages_are_no_turn_of_what_was_written() -> None:
    prompts = PROMPTS.read_text(encoding="utf-8").splitlines()
    assert len(prompts) == len(set(prompts)) == 40
    turns = {line[3:].strip().lower() for block in written() for line in block.split("\n")}
    assert [prompt for prompt in prompts if prompt.lower() in turns] == []


def test_a_loop_is_three_words_three_times_or_no_end() -> None:
    assert not Answer("?", ("I do, I do", "so nice to see you"), stopped=True).loops
    assert Answer("?", ("I like it a lot and I like it a lot and I like it a lot",), stopped=True).loops
    assert Answer("?", ("fine",), stopped=False).loops
