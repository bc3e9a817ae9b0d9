"""Serves the twin's page to the browser of this machine, and to nothing else.

The page is up before the model: that one is loaded behind it, and until then this module needs Gradio but not torch.
Not here: what is on the page (page.py), who may call it (local.py), reading arguments or printing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by Gradio as it is imported

import gradio as gr
import uvicorn
from fastapi import FastAPI

from twin.chat.loading import Load, Loading
from twin.chat.local import LocalOnly
from twin.chat.page import Page
from twin.chat.people import Contact
from twin.chat.theme import theme
from twin.errors import UsageError
from twin.model.sampling import Sampling


def serve(
    load: Load,
    *,
    person: str,
    contacts: Sequence[Contact],
    sampling: Sampling,
    port: int = 7860,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serves the page on 127.0.0.1 until Ctrl-C.

    Args:
        load: Called in a thread of its own once the page is up; a TwinError that it raises is shown on the page.
        person: Whose twin it is.
        contacts: Whom a visitor can write as, at least one; the page begins with the first.
        sampling: How replies are drawn; the slider begins at its temperature.
        port: 0 takes any free one.
        ready: Told the page's address as soon as it can be opened.

    Raises:
        UsageError: The port is taken, or needs rights that the person does not have.
    """
    with _listen(port) as listener:
        page = application(load, person=person, contacts=contacts, sampling=sampling)
        server = uvicorn.Server(uvicorn.Config(page, log_level="error", ws="none", timeout_graceful_shutdown=1))
        ready(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with suppress(KeyboardInterrupt):  # the way to end it
            server.run(sockets=[listener])


def application(load: Load, *, person: str, contacts: Sequence[Contact], sampling: Sampling) -> FastAPI:
    """The page as a web application, which loads the twin when it is started. The arguments are those of `serve`."""
    loading = Loading(load)
    undescribed: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading.start()
        yield

    local = FastAPI(**undescribed, lifespan=lifespan)
    local.add_middleware(LocalOnly)
    gr.mount_gradio_app(
        local,
        Page(loading, person, contacts, sampling).draw(),
        "/",
        server_name="127.0.0.1",
        app_kwargs=undescribed,
        footer_links=[],
        allowed_paths=[],
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        theme=theme(),
        css_paths=Path(__file__).with_name("page.css"),
    )
    return local


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise UsageError(f"port {port} of this machine cannot be listened on ({error.strerror}); choose another with --port") from error
