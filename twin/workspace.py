"""Where things lie in a person's workspace, and how files get there: private, and whole or not at all.

A workspace is a folder with a twin.toml. Everything twin writes about a person lies inside it, readable by them alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from twin.config import Config, default_toml, load_config
from twin.errors import WorkspaceError


@dataclass(frozen=True, slots=True)
class Workspace:
    """The places in a workspace. Nothing is read or made until asked for."""

    root: Path

    @property
    def config_file(self) -> Path:
        """The knobs."""
        return self.root / "twin.toml"

    @property
    def history(self) -> Path:
        """The message store."""
        return self.root / "history.db"

    @property
    def session(self) -> Path:
        """The login at Telegram: a secret."""
        return self.root / "telegram.session"

    @property
    def bot_session(self) -> Path:
        """The login of a bot: a secret."""
        return self.root / "bot.session"

    @property
    def privacy_key(self) -> Path:
        """What decides the surrogates of names and numbers: a secret, and never part of a dataset."""
        return self.root / "privacy.key"

    @property
    def privacy_names(self) -> Path:
        """Who is called what in the dataset: a secret like the key beside it, and what shows the real names again."""
        return self.privacy_key.with_suffix(".names")

    @property
    def api_token(self) -> Path:
        """What a client of `twin serve` must know: a secret."""
        return self.root / "api.token"

    @property
    def conversations(self) -> Path:
        """What was said with the twin, and what was thought of it."""
        return self.root / "conversations.db"

    @property
    def judge_scores(self) -> Path:
        """What a judge has said of replies, without the replies."""
        return self.root / "judge.jsonl"

    @property
    def dataset(self) -> Path:
        """What `twin prepare` writes."""
        return self.root / "dataset"

    @property
    def memory(self) -> Path:
        """What is remembered: an index over the dataset."""
        return self.root / "memory.db"

    @property
    def sketch(self) -> Path:
        """A dataset of the newest messages alone, for a twin without training where nothing was prepared yet."""
        return self.root / "sketch"

    @property
    def runs(self) -> Path:
        """One folder for each training run."""
        return self.root / "runs"

    @property
    def training(self) -> Path:
        """The training that the page started last: its process, and what that said."""
        return self.root / "training"

    @property
    def blind_answers(self) -> Path:
        """What was answered in the page's blind test, without a word of what was asked."""
        return self.root / "blind.jsonl"

    def finished_runs(self) -> list[Path]:
        """The folders of the runs that were trained to their end, oldest first."""
        return sorted((path.parent for path in self.runs.glob("*/result.json")), key=lambda run: (run / "result.json").stat().st_mtime_ns)

    def run(self, name: str | None = None) -> Path:
        """The folder of a finished run, the newest if no name is given. Raises WorkspaceError."""
        finished = self.finished_runs()
        if not finished:
            raise WorkspaceError(f"{self.root} has no trained twin yet; train one with: twin train, or talk to an untrained one: twin chat --adapter none")
        if name is None:
            return finished[-1]
        if self.runs / name not in finished:
            raise WorkspaceError(f"no finished run {name}; there are: {', '.join(run.name for run in finished)}")
        return self.runs / name

    def config(self) -> Config:
        """The workspace's configuration. Raises ConfigError."""
        return load_config(self.config_file)


def create_workspace(folder: Path) -> Workspace:
    """Makes `folder` a workspace: 0700, a .gitignore of `*`, a twin.toml at its defaults. An existing one is kept as it is."""
    workspace = Workspace(folder.resolve())
    try:
        private_folder(workspace.root)
        if not (workspace.root / ".gitignore").exists():
            write_text(workspace.root / ".gitignore", "*\n")
        if not workspace.config_file.exists():
            write_text(workspace.config_file, default_toml())
    except OSError as error:
        raise WorkspaceError(f"{folder} cannot become a workspace: {error.strerror}; choose a folder you can write to") from error
    return workspace


def find_workspace(start: Path | None = None, *, at: Path | None = None) -> Workspace:
    """The workspace at `at`, or else the nearest one from `start` (the current folder) upward.

    Raises:
        WorkspaceError: There is none.
    """
    if at is not None:
        if not (at / "twin.toml").is_file():
            raise WorkspaceError(f"{at} is not a workspace (it has no twin.toml); make it one with: twin init {at}")
        return Workspace(at.resolve())
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "twin.toml").is_file():
            return Workspace(folder)
    raise WorkspaceError(f"no workspace in {here} or above it; make one with: twin init, or name one with --workspace")


def private_folder(folder: Path) -> Path:
    """Makes a folder (and those above it) that only the person can enter; returns it."""
    # one by one: mkdir(parents=True) leaves the upper ones open to whomever the umask lets in
    for above in reversed(folder.parents):
        if not above.exists():
            above.mkdir(exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def private_file(path: Path) -> Path:
    """Makes an empty file that only the person can read, unless it is there already; for programs that open it themselves."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return path


def flush(path: Path) -> None:
    """Returns when a file, or the list of names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8, 0600) that appears under its name when the block ends well, and not at all when it does not."""
    beside = path.with_name(f".{path.name}.partial")
    beside.unlink(missing_ok=True)  # one that a killed process left may be open to others
    descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Writes a whole file by way of `writing`."""
    with writing(path) as file:
        file.write(text)
