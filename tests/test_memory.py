"""What is remembered: found again by its words, never from where it must not come, and gone when its chat is."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.talks import dataset, mine, talk, theirs
from twin.errors import DatasetError
from twin.memory import Memories, copied, ends_in_copy
from twin.schema import Conversation

FILE, DATASET = Path("memory.db"), Path("dataset")
ALL = ("train", "validation", "test")


def small_talk(count: int = 60) -> list[Conversation]:
    """Conversations in which every word is common."""
    return [talk(theirs("how are you today"), mine(f"fine and you {number}"), day=f"2024-01-{1 + number % 28:02}") for number in range(count)]


def answers(memories: Memories, question: str, contact: str = "Priya", **options: object) -> list[str]:
    return [memory.answered for memory in memories.recall(question, contact, **options)]  # type: ignore[arg-type]


def memories_of(*train: Conversation, validation=(), test=(), choices=lambda: ()) -> Memories:
    return Memories(FILE, dataset(DATASET, train, validation, test), choices)


DENTIST = talk(theirs("when is your dentist?"), mine("on tuesday", "i hate it"), day="2025-05-03")
DOG = talk(theirs("Как твоя собака?", name="Мама"), mine("Ещё болеет, но ест"), chat="Мама", day="2025-06-01")
ROPE = talk(theirs("who has the rope?", name="Sam"), mine("me, in the car"), chat="wall rats", day="2025-07-09")
FIRST = talk(mine("the boiler man comes at nine"), theirs("ok"), day="2025-08-01")


def test_an_exchange_is_found_by_its_words_and_says_when_who_and_what() -> None:
    (memory,) = memories_of(*small_talk(), DENTIST, DOG).recall("did you go to the DENTIST, then?", "Priya")
    assert (memory.asked, memory.answered, memory.who, memory.chat) == ("when is your dentist?", "on tuesday i hate it", "Priya", "Priya")
    assert memory.text == "On 3 May 2025 Priya wrote “when is your dentist?”, and Nika answered “on tuesday i hate it”."


def test_where_it_is_to_be_told_to_a_contact_what_was_said_to_others_is_not_remembered() -> None:
    own = talk(theirs("the dentist again?"), mine("next week"), day="2025-02-02")
    group = talk(theirs("which dentist?", name="Sam"), mine("the red one"), chat="wall rats", day="2025-07-09")
    memories = memories_of(*small_talk(), own, talk(theirs("a good dentist?", name="Мама"), mine("doctor Vine"), chat="Мама"), group)
    assert sorted(answers(memories, "dentist?")) == ["doctor Vine", "next week", "the red one"]
    assert answers(memories, "dentist?", alone=True) == ["next week"]
    assert answers(memories, "dentist?", "wall rats", alone=True) == answers(memories, "dentist?", "Nobody", alone=True) == []


def test_the_answer_is_looked_through_as_well_as_the_question() -> None:
    assert answers(memories_of(*small_talk(), DENTIST, ROPE), "is it in the car?") == ["me, in the car"]


def test_a_group_and_what_the_person_wrote_first_have_sentences_of_their_own() -> None:
    memories = memories_of(*small_talk(), ROPE, FIRST)
    assert [memory.text for memory in memories.recall("the rope", "Priya")] == [
        "On 9 July 2025 Sam wrote in wall rats “who has the rope?”, and Nika answered “me, in the car”."
    ]
    assert [memory.text for memory in memories.recall("the boiler", "Priya")] == ["On 1 August 2025 Nika wrote to Priya “the boiler man comes at nine”."]


@pytest.mark.parametrize("question", ["собака", "собаку видела?", "о собаке", "сабака собаки", "ЕЩЕ болеет", "боле́ет"])
def test_other_endings_slips_accents_and_yo_are_found(question: str) -> None:
    assert answers(memories_of(*small_talk(), DENTIST, DOG), question) == ["Ещё болеет, но ест"]


@pytest.mark.parametrize("question", ["dentsit", "dentists", "denntist"])
def test_a_slip_in_english_is_found(question: str) -> None:
    assert answers(memories_of(*small_talk(), DENTIST, DOG), question) == ["on tuesday i hate it"]


@pytest.mark.parametrize("question", ["", "   ", "how are you today?", "hi", "🙂", "zeppelin", "go!"])
def test_where_nothing_but_common_words_match_nothing_is_remembered(question: str) -> None:
    assert answers(memories_of(*small_talk(), DENTIST), question) == []


@pytest.mark.parametrize(
    "question",
    ['"dentist', "dentist*", "dentist AND", "NEAR(dentist tuesday)", "asked:dentist", "dentist OR", "^dentist", "(dentist", "dentist'; DROP TABLE x"],
)
def test_what_is_syntax_in_a_query_is_text(question: str) -> None:
    assert answers(memories_of(*small_talk(), DENTIST), question) == ["on tuesday i hate it"]


def test_any_text_is_a_question(tmp_path: Path) -> None:
    memories = memories_of(*small_talk(3), DENTIST, DOG)

    @given(st.text())
    def asked(question: str) -> None:
        memories.recall(question, "Priya", splits=ALL)

    asked()


def test_the_test_split_is_remembered_only_where_it_is_asked_for() -> None:
    memories = memories_of(*small_talk(), validation=[DOG], test=[DENTIST])
    assert answers(memories, "dentist") == []
    assert answers(memories, "собака") == ["Ещё болеет, но ест"]
    assert answers(memories, "собака", splits=["train"]) == []
    assert answers(memories, "dentist", splits=ALL) == ["on tuesday i hate it"]


def test_the_same_contact_comes_first_and_then_the_newer() -> None:
    def met(chat: str, day: str) -> Conversation:
        return talk(theirs("where is the harmonica?"), mine(f"harmonica {chat} {day}"), chat=chat, day=day)

    memories = memories_of(*small_talk(), met("Priya", "2023-01-01"), met("Мама", "2024-01-01"), met("Мама", "2025-01-01"))
    assert answers(memories, "harmonica?", count=1) == ["harmonica Priya 2023-01-01"]
    assert answers(memories, "harmonica?", "Мама", count=1) == ["harmonica Мама 2025-01-01"]
    assert answers(memories, "harmonica?", "Мама") == ["harmonica Priya 2023-01-01", "harmonica Мама 2024-01-01", "harmonica Мама 2025-01-01"], "oldest first"


def test_the_budget_holds_and_long_texts_are_cut() -> None:
    long = [talk(theirs(f"the harmonica {number} " + "la " * 200), mine("yes " * 100 + str(number))) for number in range(5)]
    memories = memories_of(*small_talk(), *long)
    found = memories.recall("harmonica", "Priya", count=5, budget=900)
    assert 1 <= len(found) == 900 // len(found[0].text)
    assert all(len(memory.text) < 450 and "…”" in memory.text for memory in found)
    assert memories.recall("harmonica", "Priya", budget=100) == ()


def test_what_is_part_of_the_conversation_is_not_remembered() -> None:
    memories = memories_of(*small_talk(), DENTIST, FIRST)
    assert answers(memories, "dentist", conversation=DENTIST.turns) == []
    assert answers(memories, "dentist", conversation=[theirs("when is your dentist?")]) == ["on tuesday i hate it"]
    assert answers(memories, "boiler", conversation=FIRST.turns) == []


def test_what_is_not_to_be_learned_is_not_remembered() -> None:
    memories = memories_of(*small_talk(), talk(theirs("the zeppelin?"), mine("forwarded zeppelin", learn=False), mine("mine, of a zeppelin")))
    assert answers(memories, "zeppelin") == ["mine, of a zeppelin"]


def test_the_same_exchange_is_remembered_once() -> None:
    assert answers(memories_of(*small_talk(), DENTIST, DENTIST), "dentist") == ["on tuesday i hate it"]


def test_the_index_is_private_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    folder = dataset(DATASET, [*small_talk(), DENTIST])
    for _ in range(2):
        memories = Memories(FILE, folder, progress=told.append)
        assert answers(memories, "dentist") == answers(memories, "dentist") == ["on tuesday i hate it"]
    assert told == ["reading what there is to remember"]
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert sorted(path.name for path in Path().iterdir()) == ["dataset", "memory.db"]


def test_a_dataset_that_has_changed_is_read_again() -> None:
    memories = memories_of(*small_talk(), DENTIST)
    assert answers(memories, "dentist") != []
    dataset(DATASET, [*small_talk(), DOG])
    assert answers(memories, "dentist") == []
    assert answers(memories, "собака") != []
    assert b"dentist" not in FILE.read_bytes()


def test_a_chat_that_is_forgotten_meanwhile_is_gone_from_memory_and_from_its_bytes() -> None:
    choices: set[int] = set()
    memories = memories_of(*small_talk(), DENTIST, DOG, choices=lambda: choices)
    assert answers(memories, "собака") != []
    choices.add(DOG.chat_id)
    assert answers(memories, "собака") == []
    assert "собака".encode() not in FILE.read_bytes()
    assert answers(memories, "dentist") != []


@pytest.mark.parametrize("damage", [b"", b"no database" * 1000])
def test_a_damaged_index_is_made_anew(damage: bytes) -> None:
    memories_of(*small_talk(), DENTIST).recall("x", "Priya")
    FILE.write_bytes(damage)
    assert answers(memories_of(*small_talk(), DENTIST), "dentist") == ["on tuesday i hate it"]


def test_what_a_killed_process_left_is_cleared_away_once_it_is_old() -> None:
    left, young = Path(".memory.db.1.partial"), Path(".memory.db.2.partial")
    for path in (left, young):
        path.write_text("half an index")
    os.utime(left, (0, 0))
    memories_of(*small_talk(), DENTIST).recall("x", "Priya")
    assert (left.exists(), young.exists()) == (False, True)


def test_without_a_dataset_the_error_says_what_makes_one() -> None:
    with pytest.raises(DatasetError, match="twin prepare"):
        Memories(FILE, DATASET).recall("x", "Priya")
    assert not FILE.exists()


def test_a_dataset_in_which_nothing_is_learned_has_nothing_to_remember() -> None:
    assert answers(memories_of(talk(theirs("hello zeppelin"))), "zeppelin") == []


def test_what_is_copied_is_measured_over_case_spacing_and_bubbles() -> None:
    memory = "On 3 May 2025 Priya wrote “when is your dentist?”, and Nika answered “on tuesday”."
    assert copied("When  is YOUR\ndentist", ["nothing", memory]) == len("when is your dentist")
    assert copied("", [memory]) == copied("hello", []) == 0
    assert copied("q tuesday q", [memory]) == len(" tuesday")
    assert ends_in_copy("well, when is your", [memory], 12)
    assert not ends_in_copy("when is your hat", [memory], 12)
    assert not ends_in_copy("your", [memory], 12)
