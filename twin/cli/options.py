"""The application, and the options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twin import __version__
from twin.cli.show import put

app = typer.Typer(
    name="twin",
    help="Turn your own Telegram history into a chatbot that answers as you do, on your own machine.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
WorkspaceOption = Annotated[Path | None, typer.Option("--workspace", "-w", help="The workspace; default: the nearest one from here upward.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
RunOption = Annotated[str | None, typer.Option("--run", help="Which trained twin; default: the newest.")]


def _version(wanted: bool) -> None:
    if wanted:
        put(f"twin {__version__}")
        raise typer.Exit


@app.callback()
def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    pass
