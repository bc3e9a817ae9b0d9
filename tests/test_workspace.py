import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin.config import Config
from twin.errors import WorkspaceError
from twin.workspace import create_workspace, find_workspace, private_file, private_folder, write_text, writing


@pytest.fixture(params=[0o022, 0o000])
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("_umask")
def test_a_new_workspace_is_private_and_at_its_defaults(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "a" / "b")
    assert [mode(path) for path in (tmp_path / "a", workspace.root)] == [0o700, 0o700]
    assert {path.name: mode(path) for path in workspace.root.iterdir()} == {"twin.toml": 0o600, ".gitignore": 0o600}
    assert (workspace.root / ".gitignore").read_text() == "*\n"
    assert workspace.config() == Config()


def test_an_existing_workspace_is_kept(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    workspace.config_file.write_text("[prepare]\nseed = 7\n")
    assert create_workspace(tmp_path).config().prepare.seed == 7


def test_an_open_folder_becomes_private(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    create_workspace(folder)
    assert mode(folder) == 0o700


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(WorkspaceError, match="cannot become a workspace"):
            create_workspace(place)


def test_it_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = create_workspace(tmp_path / "me")
    below = workspace.runs / "first"
    below.mkdir(parents=True)
    assert find_workspace(below) == workspace
    monkeypatch.chdir(below)
    assert find_workspace() == workspace
    assert find_workspace(tmp_path, at=workspace.root) == workspace
    assert (workspace.history.name, workspace.dataset.name) == ("history.db", "dataset")


def test_where_there_is_none_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="twin init"):
        find_workspace(tmp_path)
    create_workspace(tmp_path)
    with pytest.raises(WorkspaceError, match="other is not a workspace"):  # a named place is not searched upward
        find_workspace(at=tmp_path / "other")


@pytest.mark.usefixtures("_umask")
def test_a_file_appears_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    stale = tmp_path / ".file.txt.partial"
    stale.write_text("left by a killed process")
    stale.chmod(0o644)
    with writing(path) as file:
        file.write("ж\n")
        assert not path.exists()
    assert (path.read_bytes(), mode(path)) == ("ж\n".encode(), 0o600)
    assert mode(private_file(tmp_path / "empty")) == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["empty", "file.txt"]


def fail_inside(path: Path) -> None:
    with writing(path) as file:
        file.write("new")
        raise KeyboardInterrupt


def test_a_block_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt):
        fail_inside(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_that_is_there_keeps_its_content(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "kept")
    assert private_file(tmp_path / "file").read_text() == "kept"
    assert private_folder(tmp_path) == tmp_path
