"""The command that lets programs talk to the twin: serve."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twin.cli.answering import trained
from twin.cli.options import RunOption, WorkspaceOption, app
from twin.cli.show import say
from twin.cli.twins import RevealOption, open_page

if TYPE_CHECKING:
    from twin.workspace import Workspace

_VARIABLE = "TWIN_API_TOKEN"
_OUTSIDE = """\
Others can reach this address. The token alone keeps them out, and nothing is encrypted on the way: put a TLS proxy before it, or use ssh -L.
Half of what the twin has read was written by other people: give nobody the token without their yes."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on; one that others can reach needs --outside.")] = "127.0.0.1",
    outside: Annotated[bool, typer.Option("--outside", help="Allow a --host that others can reach: the API alone, without the page.")] = False,
    page: Annotated[bool, typer.Option("--page/--no-page", help="The page on the same port.")] = True,
    run: RunOption = None,
    reveal: RevealOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Serve the twin to programs by an OpenAI-compatible API (docs/api.md), with the page on the same port."""
    from twin.workspace import find_workspace

    place = find_workspace(at=workspace)
    place.run(run)  # without a twin there is nothing to make a token for
    token = _token(place)
    from twin.chat import api
    from twin.chat.local import is_loopback

    def by(*arguments: Any, ready: Callable[[str], None], **options: Any) -> None:
        def started(address: str) -> None:
            if page and is_loopback(host):
                ready(address)
            say(f"the API is at {address}/v1 (Ctrl-C ends it)")
            if not is_loopback(host):
                say(_OUTSIDE)

        api.serve(*arguments, token=token, host=host, outside=outside, page=page, ready=started, **options)

    open_page(place, trained(place, run, reveal=reveal), port, serve=by)


def _token(place: Workspace) -> str:
    """What a client must know; shown where it is new, and only then."""
    from twin.chat.local import make_token, usable_token

    if given := os.environ.get(_VARIABLE):
        return usable_token(given, _VARIABLE)
    token, new = make_token(place.api_token)
    if new:
        say(f"A token for your clients, which {place.api_token} keeps and nothing shows again:\n  {token}")
        say("They send it as their API key, in the header Authorization: Bearer TOKEN.")
    else:
        say(f"the clients' token is in {place.api_token}")
    return token
