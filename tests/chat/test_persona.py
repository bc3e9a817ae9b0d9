"""Which of the person's replies a model is shown that has not learned from them, and how a local base is shown them."""

from pathlib import Path

import pytest

from tests.talks import NIKA, dataset, mine, talk, theirs
from twin.chat.engine import Engine
from twin.chat.people import BASE, Contact
from twin.chat.persona import PERSONA, Persona, Prompted, as_turns, persona_of
from twin.errors import DatasetError, ModelError
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Conversation

PRIYA, MAMA, RATS, STRANGER = Contact("Priya"), Contact("Мама"), Contact("wall rats", ChatKind.GROUP), Contact("Somebody")
SAMPLING = Sampling(max_tokens=8, seed=1)
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()


def talks(chat: str, count: int, **day: str) -> list[Conversation]:
    """Exchanges that have no words in common."""
    return [
        talk(theirs(f"{chat}{word} ask", name=chat), mine(" ".join(f"{chat}{word}{letter}" for letter in range(1 + place))), chat=chat, **day)
        for place, word in enumerate(NUMBERS[:count])
    ]


def of(*conversations: Conversation, **options: object) -> Persona:
    return persona_of(dataset(Path("dataset"), conversations), **options)  # type: ignore[arg-type]


def said(persona: Persona, contact: Contact, count: int = 6, budget: int = 5_000) -> list[str]:
    return [example.reply.bubbles[0] for example in persona.examples(contact, count=count, budget=budget)]


def test_examples_are_of_the_contact_and_of_all_lengths() -> None:
    persona = of(*talks("Priya", 12), *talks("Мама", 12))
    chosen = said(persona, PRIYA)
    assert all(reply.startswith("Priya") for reply in chosen)
    assert [len(reply.split()) for reply in chosen] == [2, 4, 6, 8, 10, 12], "one of each sixth of the lengths, oldest first"
    assert said(persona, PRIYA) == chosen
    assert all(reply.startswith("Мама") for reply in said(persona, MAMA))


def test_where_a_contact_has_few_those_of_others_come_before_them_groups_last() -> None:
    persona = of(*talks("wall rats", 4), *talks("Мама", 3), *talks("Priya", 2))
    assert [reply[:4] for reply in said(persona, PRIYA, count=6)] == ["wall", "Мама", "Мама", "Мама", "Priy", "Priy"]
    assert {reply[:4] for reply in said(persona, STRANGER, count=5)} == {"Мама", "Priy"}


def test_examples_that_are_alike_are_one_and_the_newest_is_taken() -> None:
    alike = [talk(theirs("are you coming tonight"), mine(f"yes I am coming tonight {number}"), day=f"2025-05-0{number}") for number in range(1, 6)]
    assert said(of(*reversed(alike)), PRIYA, count=2) == ["yes I am coming tonight 2"], "the newer of the shorter half"


def test_of_a_long_history_the_newest_is_chosen_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.chat.persona._NEWEST", 2)
    assert said(of(*talks("Priya", 12)), PRIYA) == [" ".join(f"Priya{NUMBERS[n]}{letter}" for letter in range(n + 1)) for n in (10, 11)]


def test_the_budget_holds() -> None:
    chosen = of(*talks("Priya", 12)).examples(PRIYA, count=12, budget=150)
    assert chosen
    assert sum(example.size for example in chosen) <= 150


@pytest.mark.parametrize(
    "odd",
    [
        talk(theirs("x" * 300), mine("zeppelin")),
        talk(theirs("call me"), mine("zeppelin ⟦PHONE⟧")),
        talk(theirs("mail ⟦EMAIL⟧"), mine("zeppelin")),
        talk(theirs("hi"), mine("zeppelin " * 40)),
        talk(theirs("hi"), mine("zeppelin", learn=False)),
        talk(mine("zeppelin")),
    ],
)
def test_what_is_long_private_or_answers_nothing_is_no_example(odd: Conversation) -> None:
    assert said(of(*talks("Priya", 1), odd), PRIYA) == ["Priyaone0"]


def test_the_test_split_can_be_left_out() -> None:
    folder = dataset(Path("dataset"), talks("Priya", 1), test=talks("Мама", 1))
    assert said(persona_of(folder), PRIYA) == ["Мамаone0", "Priyaone0"]
    assert said(persona_of(folder, splits=("train", "validation")), PRIYA) == ["Priyaone0"]


def test_how_the_person_writes_is_measured() -> None:
    style = of(talk(theirs("hi"), mine("yes 😂", "Really.")), talk(theirs("so"), mine("да", "ну 🧗 12 ok 😂"))).style
    assert (style.characters, style.small, style.stops, style.bubbles, style.emoji) == ("6", "75", "25", "2.0", "😂 🧗")
    assert of().style.emoji is None


def test_the_people_are_those_of_the_report() -> None:
    persona = of(*talks("Priya", 3), *talks("wall rats", 2))
    assert (persona.person, set(persona.contacts)) == (NIKA, {PRIYA, RATS})
    Path("dataset/report.json").write_text("{}")
    with pytest.raises(ModelError, match=r"report\.json is missing or damaged.*twin prepare"):
        persona_of(Path("dataset"))
    dataset(Path("dataset"), [])
    Path("dataset/test.jsonl").unlink()
    with pytest.raises(DatasetError, match="twin prepare"):
        persona_of(Path("dataset"))


def test_examples_become_turns_said_to_the_contact() -> None:
    (asked, reply) = as_turns(of(*talks("Мама", 1)).examples(PRIYA, count=1, budget=500), PRIYA)
    assert (asked.name, asked.mine, reply.mine) == ("Priya", False, True)
    assert (asked.learn, reply.learn, asked.ids, reply.ids) == (False, False, (), ())


def test_a_local_base_answers_and_the_examples_stand_before_the_conversation() -> None:
    persona = of(*talks("Priya", 6))
    engine = Engine.untrained("embedded", persona.person, persona.contacts, 512, lambda what: None)
    prompted = Prompted(engine, persona)
    assert (prompted.person, tuple(prompted.voices), prompted.recall([theirs("hi")], PRIYA)) == (NIKA, (PERSONA, BASE), ())
    shown = as_turns(persona.examples(PRIYA, count=6, budget=400), PRIYA)
    reply = list(prompted.reply([theirs("hi")], PRIYA, SAMPLING))[-1]
    assert reply == list(engine.reply([*shown, theirs("hi")], PRIYA, SAMPLING))[-1]
    assert reply == list(prompted.reply([theirs("hi")], PRIYA, SAMPLING, voice=PERSONA))[-1]
    assert list(prompted.reply([theirs("hi")], PRIYA, SAMPLING, voice=BASE))[-1] == list(engine.reply([theirs("hi")], PRIYA, SAMPLING))[-1]


def test_of_a_long_conversation_the_end_is_kept_beside_the_examples() -> None:
    asked = []

    class Watching:
        contacts, person, voices = (PRIYA,), NIKA, (BASE,)

        def reply(self, turns, *_, **__):
            asked.append(list(turns))
            yield ("ok",)

    persona = of(*talks("Priya", 2))
    long = [theirs(f"{number} " + "x" * 90) for number in range(20)]
    list(Prompted(Watching(), persona).reply(long, PRIYA, SAMPLING))  # type: ignore[arg-type]
    list(Prompted(Watching(), persona).reply([theirs("x" * 900)], PRIYA, SAMPLING))  # type: ignore[arg-type]
    assert [turn.bubbles for turn in asked[0][4:]] == [turn.bubbles for turn in long[-4:]]
    assert len(asked[1]) == 5
