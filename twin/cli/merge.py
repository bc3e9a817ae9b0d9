"""The command that writes a run as one checkpoint: merge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twin.cli.chats import warn_of_stale
from twin.cli.options import JsonOption, WorkspaceOption, app
from twin.cli.show import put_result, say, stop_on_signal
from twin.errors import Interrupted


@app.command()
def merge(
    run: Annotated[str, typer.Argument(help="Which trained twin.")],
    to: Annotated[Path | None, typer.Option("--to", help="Where the checkpoint goes; default: merged/ in the run's folder.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write base and adapter as one checkpoint, for vLLM, llama.cpp or Ollama (docs/scaling.md)."""
    from twin.chat.people import people_of
    from twin.schema import ChatKind
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    folder = place.run(run)
    person, contacts = people_of(folder)
    warn_of_stale(place, folder)
    target = (to or folder / "merged").absolute()
    from twin.train.merge import merge as write

    with stop_on_signal() as stopping:

        def show(what: str) -> None:
            if stopping():
                raise Interrupted(f"stopped before {target} was complete, so it was not written; the same command begins again")
            say(f"{what} ...")

        result = write(folder, target, person, contacts[0].name, group=contacts[0].kind is ChatKind.GROUP, progress=show)
    put_result(result, as_json, f"{target}: {result['bytes'] / 1e6:,.1f} MB in {result['dtype']}", f"next: vllm serve {target}, or see docs/scaling.md")
