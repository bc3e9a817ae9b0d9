"""Which folder a training run lives in: a new one, or the unfinished one that the same dataset and settings began."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from twin.config import Config, Train, load_config, to_toml
from twin.dataset import each_conversation, read_report, unwanted
from twin.errors import DatasetError, UsageError
from twin.model.embedded import revision, trained_on
from twin.workspace import private_folder, write_text

_NAME = re.compile(r"\w[\w.-]*")  # a leading dot would let ".." through, and --fresh deletes

_PRIVATE = ("people", "opt_out", "words", "patterns", "allow")
"""Lists of [privacy] that are private themselves, and decide nothing about a run: they do not go into its folder."""


def open_run(
    runs: Path,
    dataset: Path,
    config: Config,
    *,
    settle: Callable[[Train], Train] = lambda settings: settings,
    name: str | None = None,
    fresh: bool = False,
    choices: Container[int] = (),
) -> tuple[Path, Train, bool]:
    """The run's folder, with config.toml and run.json in it, the settings that it is trained with, and whether it is finished already.

    Without a name it is the newest run of the same dataset and settings, or else a new `run-N`.

    Args:
        settle: Asked once, for a new run: what "auto" stands for. A run goes on with what it began with, whatever fits by then.
        fresh: Begin anew, over an older run of that name, or in a new `run-N`.
        choices: The ids of the chats that take no part any more.

    Raises:
        UsageError: The named run was made from something else, or the name is not one.
        DatasetError: There is no dataset, or one of those chats is in it.
    """
    if stale := unwanted(dataset / "report.json", choices):
        raise DatasetError(f"{dataset} still has the chat that it calls {stale[0]}, which you have excluded or forgotten; make it again with: twin prepare")
    mark = _fingerprint(dataset, config)
    existing = sorted((path.parent for path in runs.glob("*/run.json")), key=lambda run: (run / "run.json").stat().st_mtime_ns)
    if name is not None and not _NAME.fullmatch(name):
        raise UsageError(f"--run {name}: a run's name is made of letters, digits, dots, dashes and underscores")
    if name is None:
        same = [run for run in existing if _read(run).get("fingerprint") == mark and _on_this_base(run)]
        folder = same[-1] if same and not fresh else runs / _next_name(runs)
    else:
        folder = runs / name
        if folder in existing and not fresh and _read(folder).get("fingerprint") != mark:
            raise UsageError(f"run {name} was trained from another dataset or with other settings; choose another --run, or replace it with --fresh")
        if folder in existing and not fresh and not _on_this_base(folder):
            raise UsageError(f"run {name} was trained on the small base of another version of twin; choose another --run, or replace it with --fresh")
    about = {"fingerprint": mark, **_people(dataset)}
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    if (folder / "run.json").exists():
        return folder, load_config(folder / "config.toml").train, (folder / "result.json").exists()
    settings = settle(config.train)
    private_folder(runs)
    private_folder(folder)
    privacy = config.privacy.model_copy(update={knob: [] for knob in _PRIVATE})
    write_text(folder / "config.toml", to_toml(config.model_copy(update={"train": settings, "privacy": privacy})))
    if made_of := revision(settings.base):
        about["base"] = made_of
    about["learned"] = _last_learned(dataset)
    write_text(folder / "run.json", json.dumps(about) + "\n")
    return folder, settings, False


def _fingerprint(dataset: Path, config: Config) -> str:
    digest = hashlib.sha256(config.train.model_dump_json().encode())
    for split in ("train", "validation"):
        try:
            digest.update(hashlib.sha256((dataset / f"{split}.jsonl").read_bytes()).digest())
        except FileNotFoundError:
            raise DatasetError(f"{dataset} holds no dataset; make one with: twin prepare") from None
    return digest.hexdigest()


def _people(dataset: Path) -> dict[str, Any]:
    report = read_report(dataset)
    try:
        return {"person": report["person"], "chats": report["chats"], "renamed": bool(report.get("renamed"))}
    except KeyError as error:
        raise DatasetError(f"{dataset / 'report.json'} lacks {error}; make the dataset again with: twin prepare") from error


def _last_learned(dataset: Path) -> dict[str, int]:
    """Chat -> its last message that training sees. A later dataset may have it in its test, where this run is then not to be measured on it."""
    last: dict[str, int] = {}
    for split in ("train", "validation"):
        for conversation in each_conversation(dataset, split):
            chat = str(conversation.chat_id)
            last[chat] = max(last.get(chat, 0), *(number for turn in conversation.turns for number in turn.ids), 0)
    return last


def _read(run: Path) -> dict[str, Any]:
    try:
        about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except ValueError:
        about = None
    return about if isinstance(about, dict) else {}  # a damaged one is a run of nothing


def _on_this_base(run: Path) -> bool:
    return trained_on(run, load_config(run / "config.toml").train.base)


def _next_name(runs: Path) -> str:
    taken = [int(match[1]) for path in runs.glob("run-*") if (match := re.fullmatch(r"run-(\d+)", path.name))]
    return f"run-{max(taken, default=0) + 1}"
