from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.evaluate.writers import ANN, BOB, conversation, me, sample, several, them
from twin.evaluate.held_out import exchanges
from twin.evaluate.measured import PERSON, Sample
from twin.evaluate.style import FEATURES, Counted, features, style


def figures(*replies: Sequence[str]) -> dict[str, float]:
    """The features of replies that are not 0."""
    found = Counted([tuple(reply) for reply in replies]).figures(np.ones((1, len(replies))))[0]
    return {name: round(float(figure), 4) for name, figure in zip(FEATURES, found, strict=True) if figure}


def test_every_feature_is_what_it_says() -> None:
    assert figures(["so good", "ok"], ["Good."]) == {
        "characters": 4.6667,  # 7, 2 and 5
        "words": 1.3333,
        "word_length": 3.0,
        "bubbles": 1.5,
        "one_word": 0.6667,
        "distinct_words": 1.5,  # so, good, ok: 3 / sqrt(4)
        "starts_small": 0.6667,
        "ends_period": 0.3333,
        "ends_open": 0.6667,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well, WHAT is THE api", {"all_caps": 0.5, "commas": 0.2}),
        ("no way!!", {"sign_runs": 1, "ends_exclamation": 1}),
        ("really?", {"ends_question": 1}),
        ("hm..", {"ends_dots": 1, "no_vowel": 1}),
        ("wait…", {"ends_dots": 1}),
        ("nice 😂👍🏽", {"emoji": 1, "laughter": 1}),
        ("hi:)", {"emoticons": 1}),
        ("ok :-D", {"emoticons": 1}),
        ("see http://a.b/c:)x", {"links": 1}),
        ("да)", {"brackets": 1, "cyrillic": 1}),
        ("(see above)", {}),
        ("1) first", {"digits": 1}),
        ("ну да)))", {"brackets": 1, "laughter": 1, "cyrillic": 1}),
        ("ахахах", {"laughter": 1, "cyrillic": 1}),
        ("hahaha loool", {"laughter": 1, "stretched": 0.5}),
        ("aaah that sahara", {"stretched": 0.3333}),
        ("i dont know, its thx", {"no_apostrophe": 0.2, "no_vowel": 0.2, "commas": 0.2}),
        ("don't know", {}),
        ("окей deal", {"cyrillic": 0.5, "both_scripts": 1}),
        ("one\ntwo", {"line_breaks": 1}),
    ],
)
def test_a_message_has_the_features_that_are_in_it(text: str, expected: dict[str, float]) -> None:
    general = {"characters", "words", "word_length", "bubbles", "one_word", "distinct_words", "starts_small", "ends_open"}
    assert {name: figure for name, figure in figures([text]).items() if name not in general} == expected


@pytest.mark.slow
def test_the_person_and_whoever_writes_alike_are_in_the_band_and_another_is_not() -> None:
    own, alike, other, shuffled = [], [], [], []
    for seed in range(3):
        found = style(sample({"twin": ANN, "another": BOB, "base": [ANN, BOB, BOB, BOB]}, seed=seed)).metrics["style"]
        for row, values in ((PERSON, own), ("twin", alike), ("another", other), ("base", shuffled)):
            values.append(found[row].value)
            assert found[row].low <= found[row].value <= found[row].high
    assert 0.88 < np.mean(own) < 1  # 95 % of the features, as the band says: a half is not compared with itself
    assert np.mean(alike) > 0.88
    assert np.mean(other) < 0.5
    assert np.mean(shuffled) < 0.6


def test_shuffled_speakers_are_where_another_is() -> None:
    people = {"Ann": ANN, **several(9)}
    found = style(sample({"twin": list(people.values()), "another": people["writer 3"]}, people=people)).metrics["style"]
    assert found["twin"].value < 0.75 < found[PERSON].value - 0.1


def test_once_is_no_habit() -> None:
    plain = replace(ANN, emoji=0.0)
    drawn = sample({"twin": plain, "base": plain}, people={"Ann": plain, "Bob": BOB})
    twin = [(f"{reply[0]} 🙂", *reply[1:]) if place == 7 else reply for place, reply in enumerate(drawn.replies["twin"])]
    often = [(f"{reply[0]} 🙂", *reply[1:]) if place % 10 == 7 else reply for place, reply in enumerate(drawn.replies["twin"])]
    assert features(replace(drawn, replies={"twin": twin}))["emoji"]["inside"]
    assert not features(replace(drawn, replies={"twin": often}))["emoji"]["inside"]


def test_the_table_of_features_is_what_is_counted() -> None:
    drawn = sample({"twin": replace(ANN, period=0.7), "base": BOB})
    table, found = features(drawn), style(drawn).metrics["style"]["twin"]
    assert found.n == len(table)
    assert found.value == pytest.approx(sum(line["inside"] for line in table.values()) / len(table))
    assert not table["ends_period"]["inside"]
    assert (
        table["ends_period"]["low"]
        <= table["ends_period"]["person"]
        <= table["ends_period"]["high"]
        < table["ends_period"]["twin"]
        < table["ends_period"]["base"]
    )
    assert "cyrillic" not in table  # nobody has any
    assert set(table["words"]) == {"person", "low", "high", "twin", "base", "inside"}


def test_the_same_seed_gives_the_same_and_rows_need_not_be_whole() -> None:
    drawn = sample({"twin": ANN})
    assert style(drawn) == style(drawn)
    some = replace(drawn, replies={"twin": [reply if place % 4 else () for place, reply in enumerate(drawn.replies["twin"])]})
    assert style(some).metrics["style"]["twin"].value > 0.7
    none = style(replace(drawn, replies={"twin": [()] * len(drawn.exchanges)}))
    assert list(none.metrics["style"]) == [PERSON]
    assert none.left_out["style"].startswith("twin: fewer than 24 replies")


def test_too_little_is_left_out_with_the_reason() -> None:
    talk = [conversation(them("hi"), me("ho"))] * 3
    found = style(Sample(exchanges(talk), {"twin": [("ho",)] * 3}, [], talk, 1))
    assert found.left_out == {"style": "3 replies of the person's in 3 conversations; 24 in 8 are needed"}
    assert not found.metrics
    assert features(Sample(exchanges(talk), {"twin": [("ho",)] * 3}, [], talk, 1)) == {}
