"""The command line: the only place that reads arguments, prints, or exits. Each command calls one step and shows what it did.

Results go to standard output (one JSON object with --json), progress to standard error. Heavy modules are imported inside the
commands that need them, so that `twin --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from twin.cli import data, twins, evaluate, serve, merge, plan  # isort: skip  # in the order of --help
from twin.cli import bot, chats
from twin.cli.options import app
from twin.cli.show import is_first, say_error
from twin.errors import Interrupted, TwinError, UsageError

__all__ = ["app", "bot", "chats", "data", "evaluate", "main", "merge", "plan", "serve", "twins"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 it failed and said why in one line, 2 wrong usage, 130 interrupted."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="twin")
    except TwinError as error:
        if is_first() or not isinstance(error, Interrupted):
            say_error(str(error))
        sys.exit(2 if isinstance(error, UsageError) else 130 if isinstance(error, Interrupted) else 1)
    except OSError as error:  # a full disk, a folder without permission
        place = f"{error.filename}: " if error.filename else ""
        say_error(f"{place}{error.strerror or error}; what was complete before is kept, run the same command again")
        sys.exit(1)
