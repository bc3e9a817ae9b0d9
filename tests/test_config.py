import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from twin.config import Config, Prepare, default_toml, load_config, midnight
from twin.errors import ConfigError

PATH = Path("twin.toml")


def load(text: str) -> Config:
    PATH.write_text(text, encoding="utf-8")
    return load_config(PATH)


def test_the_file_of_a_new_workspace_is_the_defaults() -> None:
    assert load(default_toml()) == Config()
    assert tomllib.loads(default_toml()) == Config().model_dump()


def test_an_empty_file_is_the_defaults() -> None:
    assert load("") == Config()


def test_every_key_and_table_has_a_comment() -> None:
    lines = default_toml().splitlines()
    keys = [number for number, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    assert len(keys) == sum(len(table) for table in Config().model_dump().values())
    for number in [*keys, *(number for number, line in enumerate(lines) if line.startswith("["))]:
        assert lines[number - 1].startswith("# "), lines[number]
    assert max(map(len, lines)) <= 120


def test_a_value_is_taken() -> None:
    config = load("[prepare]\ngap_hours = 3\n[person]\nname = 'Mira \"M\"'\n")
    assert (config.prepare.gap_hours, config.person.name) == (3.0, 'Mira "M"')


def test_days_are_taken() -> None:
    config = load("[prepare]\nsince = '2023-01-01'\nuntil = '2024-02-29'\n")
    assert (config.prepare.since, config.prepare.until) == ("2023-01-01", "2024-02-29")
    assert midnight("") is None
    begin = midnight("2023-01-01")
    assert begin is not None
    assert (begin.isoformat()[:19], begin.tzinfo is None) == ("2023-01-01T00:00:00", False)


def test_a_byte_order_mark_of_notepad_is_no_error() -> None:
    assert load("\ufeff[prepare]\nseed = 2").prepare.seed == 2


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[prepare]\ngap_hours = 0", ["prepare.gap_hours = 0", "greater than 0"]),
        ("[prepare]\ngap_hours = nan", ["prepare.gap_hours = nan"]),
        ("[prepare]\ngap_hours = inf", ["prepare.gap_hours = inf"]),
        ("[train]\nepochs = inf", ["train.epochs = inf"]),
        ("[prepare]\ngap_hours = 1e300", ["prepare.gap_hours = 1e+300"]),
        ("[prepare]\ntest_share = 0.5", ["prepare.test_share = 0.5"]),
        ("[prepare]\ngap = 3", ["prepare.gap = 3", "no such key"]),
        ("[prepair]\ngap_hours = 3", ["prepair = ", "no such key"]),
        ("gap_hours = 3", ["gap_hours = 3", "no such key"]),
        ("prepare = 3", ["prepare = 3"]),
        ("[train]\nrank = '16'\nbase = 7", ["train.rank = '16'", "train.base = 7"]),
        ("[train]\nrank = true", ["train.rank = True"]),
        ("[prepare]\nsince = '2023-02-30'", ["prepare.since = '2023-02-30': not a day as in \"2023-01-31\""]),
        ("[prepare]\nuntil = 'now'", ["prepare.until = 'now': not a day"]),
        ("[prepare]\nsince = 2023-01-01", ["prepare.since = ", "should be a valid string"]),
        ("[prepare]\nreply_cap = -1", ["prepare.reply_cap = -1"]),
        ("[prepare]\nminimum_turns = 0", ["prepare.minimum_turns = 0"]),
        ("[prepare]\ncontext_turns = 1.5", ["prepare.context_turns = 1.5"]),
        ("[train]\nprecision = 'int4'", ["train.precision = 'int4'", "bfloat16"]),
    ],
)
def test_an_error_names_file_key_value_and_what_to_do(text: str, named: list[str]) -> None:
    with pytest.raises(ConfigError) as raised:
        load(text)
    for part in ["twin.toml: ", "correct the value or remove the key", *named]:
        assert part in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"[prepare", b"\xff\xfe", b"a = 1\na = 2"])
def test_what_is_no_toml_is_an_error(content: bytes) -> None:
    PATH.write_bytes(content)
    with pytest.raises(ConfigError, match=r"twin\.toml is not valid TOML: "):
        load_config(PATH)


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            load_config(path)


def test_a_configuration_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Config().prepare = Prepare()  # type: ignore[misc]
