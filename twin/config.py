"""twin.toml -> Config: the only knobs. The docstring under a field becomes its comment in the file that `twin init` writes.

Functions elsewhere take the values they need, never the Config. Secrets are not in here.
"""

from __future__ import annotations

import json
import textwrap
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from twin.errors import ConfigError, UsageError


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


class Person(_Table):
    """Whose twin this is."""

    name: str = ""
    """The name the model knows the person by; empty: the one in the history."""


class Export(_Table):
    """How chats are read from Telegram."""

    rescan_days: float = Field(3.0, ge=0, le=100_000)
    """How far back from the last export is read again, for edits and deletions. Telegram allows edits for two days."""
    patience_minutes: float = Field(15.0, ge=0, le=100_000)
    """Telegram may ask to wait; this long it is waited for, a longer wait ends the export, which goes on another time."""
    server: str = ""
    """Another server than Telegram's own, as "host:port": one of its test data centres, or one you run yourself."""
    public_key: str = ""
    """File with the RSA public key of that server (PEM), from this file's folder on."""

    @field_validator("server")
    @classmethod
    def _is_an_address(cls, server: str) -> str:
        host, _, port = server.rpartition(":")
        if server and not (host and port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError('not an address as in "127.0.0.1:443"')
        return server


class Prepare(_Table):
    """How history becomes a dataset."""

    gap_hours: float = Field(24.0, gt=0, le=1_000_000)
    """A silence longer than this ends a conversation."""
    since: str = ""
    """The first day that takes part, as "2023-01-31"; it begins at midnight of this computer's clock. Empty: from the beginning."""
    until: str = ""
    """The first day that no longer takes part. Empty: to the end."""
    reply_cap: int = Field(30, ge=0)
    """How often the same reply ("ok") is learned in one chat, at most; further ones are only context. 0: as often as it comes."""
    minimum_turns: int = Field(1, ge=1)
    """A conversation with fewer turns is not learned from."""
    minimum_conversations: int = Field(1, ge=1)
    """A chat with fewer conversations in which the person wrote takes no part."""
    context_turns: int = Field(0, ge=0)
    """Turns before a reply that the other formats (twin prepare --format) show with it, at most. 0: all of the conversation."""
    validation_share: float = Field(0.1, ge=0, lt=0.5)
    """Share of the person's messages, the newest before the test's, that decides when training stops."""
    test_share: float = Field(0.1, ge=0, lt=0.5)
    """Share of the person's messages, the newest of all, kept for measuring."""
    test_chat_share: float = Field(0.05, ge=0, lt=0.5)
    """Share of the chats that goes wholly into the test, once there are ten chats."""
    seed: int = 1
    """Which chats those are."""

    @field_validator("since", "until")
    @classmethod
    def _is_a_day(cls, day: str) -> str:
        midnight(day)
        return day


Treatment = Literal["mask", "surrogate", "drop", "keep"]


class Privacy(_Table):
    """What becomes of what is private in messages: "mask" (a tag), "surrogate" (its like), "drop" (the message), "keep"."""

    names: Literal["surrogate", "keep"] = "surrogate"
    """The people of your chats get other names in the dataset. twin chat --reveal shows the real ones again."""
    people: list[str] = []
    """Further people whose names are replaced, as in ["Dr. Jones", "Маша"]."""
    opt_out: list[str | int] = []
    """People of whose messages nothing gets into the dataset, in any chat: names as twin chats shows them, or ids, as in ["Priya Nair", 123456789]."""
    words: list[str] = []
    """Words and phrases of your own that are private, in any case."""
    patterns: list[str] = []
    """The same as regular expressions."""
    allow: list[str] = []
    """What is not private, though a rule takes it for such: an order number, your firm's hotline, in any case and spelling of its spaces and dashes; or
    its sign on the page of twin prepare --review, as in ["#1f0c9e7b24"]."""
    own: Treatment = "mask"
    """Your own words and patterns."""
    email: Treatment = "surrogate"
    """E-mail addresses."""
    phone: Treatment = "surrogate"
    """Telephone numbers."""
    card: Treatment = "mask"
    """Numbers of payment cards."""
    iban: Treatment = "mask"
    """Bank accounts."""
    id: Treatment = "mask"
    """Numbers that a state has given: passports, taxes, insurance."""
    ip: Treatment = "mask"
    """Addresses of computers."""
    url: Treatment = "mask"
    """Links that carry a login or a token, or open something without one."""
    key: Treatment = "mask"
    """API keys, tokens, private keys."""
    password: Treatment = "mask"
    """Passwords and PINs, said to be such."""
    code: Treatment = "mask"
    """One-time and login codes."""
    seed: Treatment = "mask"
    """Phrases that open a wallet."""
    wallet: Treatment = "mask"
    """Addresses of wallets."""
    address: Treatment = "mask"
    """Streets with a number."""
    birth: Treatment = "mask"
    """Dates of birth, said to be such."""
    place: Treatment = "mask"
    """Coordinates."""


class Filter(_Table):
    """Which of your replies are not learned beside exact repetitions. What is left out the twin does not say: every filter changes its style."""

    near_duplicates: Literal["auto", "on", "off"] = "auto"
    """Whether a long reply that nearly repeats an earlier one is left out; "auto": once you have written 20,000 messages."""
    quality: bool = False
    """Leaves out floods of signs, mashed keys, pasted text, and replies that are mostly links or mostly no letters."""
    toxic_words: int = Field(0, ge=0)
    """Leaves out a reply with this many slurs or more, by a small list of English and Russian ones; swearing is no slur. 0: none."""
    judge: str = ""
    """A model of your own scores each reply from 1 to 5: its OpenAI-compatible address, as "http://127.0.0.1:8000/v1". Empty: none."""
    judge_model: str = ""
    """The name by which that address knows the model."""
    judge_minimum: int = Field(3, ge=2, le=5)
    """A reply with a lower score is left out, and so is one for which the judge gives none."""
    judge_outside: bool = False
    """Allows a judge that is not on this computer or your own network; your replies and what came before them are sent to it."""

    @field_validator("judge")
    @classmethod
    def _is_a_url(cls, address: str) -> str:
        return server_address(address)


class Train(_Table):
    """How the twin is trained. `twin train --plan` shows what comes of it on this machine."""

    base: str = "auto"
    """The base model: "auto" (tiiuae/falcon-7b where it fits, else "embedded", the small one that comes with twin), a name, or a folder."""
    engine: Literal["twin", "litgpt"] = "twin"
    """Who trains: twin's own loop, or litgpt's model on Lightning Fabric (LoRA only)."""
    method: Literal["auto", "lora", "qlora", "dora", "full", "prefix", "prompt"] = "auto"
    """What is trained: an adapter of one of these kinds, or the whole model ("full"); "auto" is lora, or qlora where the base does not fit otherwise."""
    targets: list[str] = []
    """The linear layers that get an adapter, by the end of their names, as in ["query_key_value"]; empty: all of the blocks."""
    rank: int = Field(16, ge=1)
    """Rank of the adapter (lora, qlora, dora)."""
    alpha: int = Field(32, ge=1)
    """Scale of the adapter: its output counts alpha / rank times."""
    dropout: float = Field(0.0, ge=0, lt=1)
    """Dropout before the adapter; 0 saves much memory."""
    virtual_tokens: int = Field(20, ge=1)
    """How many virtual tokens come before each conversation (prefix, prompt)."""
    row_tokens: int = Field(512, ge=64)
    """Tokens in a packed row; a longer conversation becomes several windows."""
    shared_tokens: int = Field(128, ge=0)
    """Context that a window of a long conversation shares with the one before it, at least."""
    rows: int = Field(2, ge=1)
    """Packed rows for each step of the optimizer."""
    micro_rows: int = Field(0, ge=0)
    """Packed rows on the device at once; a step gathers `rows` from several of them. 0: as many as fit."""
    recompute_layers: int = Field(-1, ge=-1)
    """Layers whose activations are computed a second time instead of kept: slower, with less memory. -1: as few as fit."""
    shard: Literal["auto", "on", "off"] = "auto"
    """Whether several GPUs hold a part of the model each (FSDP2) instead of all of it (DDP); "auto": where it does not fit on one."""
    compile: Literal["auto", "on", "off"] = "auto"
    """Whether torch compiles the layers; "auto": on an NVIDIA GPU, unless several share the model."""
    epochs: float = Field(3.0, gt=0)
    """How often the training split is read, at most."""
    learning_rate: float = Field(0.0, ge=0)
    """The highest learning rate; 0 takes 1.5 / hidden size of the base (3.3e-4 for Falcon-7B), and a tenth of that for full."""
    warmup_share: float = Field(0.05, ge=0, lt=1)
    """Share of the steps over which the learning rate rises; then it falls as a cosine."""
    weight_decay: float = Field(0.01, ge=0)
    """Pull of the trained weights towards zero."""
    replay: float = Field(0.0, ge=0, le=0.9)
    """Share of the training tokens that is general text, against forgetting; it is taken from `replay_text`."""
    replay_text: str = ""
    """A file of general text, from this file's folder on: .txt (an empty line between two texts) or .jsonl (lines with "text")."""
    validate_every: int = Field(0, ge=0)
    """Steps between two looks at the validation split; 0: once an epoch."""
    patience: int = Field(2, ge=1)
    """Looks without improvement after which training stops."""
    checkpoint_every: int = Field(100, ge=1)
    """Steps between two checkpoints."""
    keep_checkpoints: int = Field(2, ge=1)
    """Checkpoints kept."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic; "auto" is bfloat16 on a GPU that has it and float32 elsewhere."""
    seed: int = 1
    """Decides the adapter's first weights and the order of the rows."""


class Chat(_Table):
    """How replies are drawn."""

    temperature: float = Field(0.7, ge=0, le=2)
    """0 always takes the likeliest token; higher is livelier."""
    top_p: float = Field(0.9, gt=0, le=1)
    """Only the likeliest tokens that together have this probability are drawn from."""
    repetition_penalty: float = Field(1.1, ge=1, le=2)
    """Divides the scores of the reply's own tokens, against loops; 1 is off."""
    max_tokens: int = Field(160, ge=1)
    """Longest reply."""
    memory: bool = False
    """Whether the past exchanges that have most to do with a message go into the prompt of its reply (from the dataset; see twin chat --memory)."""
    rhythm: bool = False
    """Whether a reply comes with your own pauses between its messages, at a terminal and on the page."""
    server: str = ""
    """Where a model answers for twin chat --adapter none: an OpenAI-compatible address, as "http://127.0.0.1:11434/v1". Empty: the base, on this machine."""
    model: str = ""
    """The name by which that address knows the model."""
    server_outside: bool = False
    """Allows a server that is not on this computer or your own network; what is said and examples of your messages are sent to it."""

    @field_validator("server")
    @classmethod
    def _is_a_url(cls, address: str) -> str:
        return server_address(address)


class Bot(_Table):
    """Who may talk to the twin on Telegram (twin bot)."""

    allowed: list[str | int] = []
    """Those who are answered: usernames or ids, as in ["@anna", 123456789]. A name alone could be feigned. Empty: nobody."""
    hourly: int = Field(60, ge=1)
    """Replies to one of them in an hour, at most; what comes beyond that is answered later."""
    daily: int = Field(1000, ge=1)
    """Replies in a day, to all of them."""
    pause_seconds: float = Field(3.0, ge=0, le=600)
    """So long nothing more must come before an answer is begun: people write in several messages."""

    @field_validator("allowed")
    @classmethod
    def _are_sure(cls, allowed: list[str | int]) -> list[str | int]:
        for one in allowed:
            if isinstance(one, str) and not (one.startswith("@") and len(one) > 1 and not one[1:].isspace()):
                raise ValueError(f'{one!r} is neither an id nor a username as in "@anna"')
        return allowed


class Config(_Table):
    """Everything in twin.toml."""

    person: Person = Person()
    export: Export = Export()
    prepare: Prepare = Prepare()
    privacy: Privacy = Privacy()
    filter: Filter = Filter()
    train: Train = Train()
    chat: Chat = Chat()
    bot: Bot = Bot()


def load_config(path: Path) -> Config:
    """Reads a twin.toml.

    Raises:
        ConfigError: It cannot be read, is not TOML, or has an unknown key or a value out of range; names all of these.
    """
    try:
        return Config.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))} = {fault['input']!r}: {_reason(fault['type'], fault['msg'])}" for fault in error.errors()]
        raise ConfigError(f"{path}: {'; '.join(faults)}; correct the value or remove the key") from error


def to_toml(config: Config) -> str:
    """A twin.toml with these values, each under the comment that explains it. `load_config` reads it back to the same."""
    lines = ["# twin's knobs."]
    for table in Config.model_fields:
        values = getattr(config, table)
        lines += ["", *_comment(values.__doc__), f"[{table}]"]
        for key, knob in type(values).model_fields.items():
            lines += _comment(knob.description)
            # JSON's strings, numbers and booleans are TOML's
            lines.append(f"{key} = {json.dumps(getattr(values, key), ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _comment(text: str | None) -> list[str]:
    return textwrap.wrap(text or "", 110, initial_indent="# ", subsequent_indent="# ")


def server_address(address: str) -> str:
    """The address of an OpenAI-compatible server without a slash at its end. Raises ValueError on what is none, but not on an empty text."""
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or parts.query or parts.port == 0):
        raise ValueError('not an address as in "http://127.0.0.1:8000/v1"')
    return address.rstrip("/")


def midnight(day: str) -> datetime | None:
    """When a day ("2023-01-31") begins by this computer's clock; None for an empty text. Raises ValueError on anything else."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").astimezone() if day else None
    except (ValueError, OverflowError, OSError):
        raise ValueError('not a day as in "2023-01-31"') from None


def given_day(option: str, day: str | None) -> datetime | None:
    """When a day begins that the command line gives; None where it gives none. Raises UsageError."""
    try:
        return midnight(day or "")
    except ValueError as error:
        raise UsageError(f"{option} {day}: {error}") from None


def default_toml() -> str:
    """The twin.toml of a new workspace: every key at its default."""
    return to_toml(Config())


def _reason(kind: str, message: str) -> str:
    return "no such key" if kind == "extra_forbidden" else message.removeprefix("Value error, ")
