"""Serves the twin's page to the browser of this machine, and to nothing else.

The page is up before the model: that one is loaded behind it, and until then this module needs Gradio but not torch.
Not here: what is on the page (page.py), who may call it (local.py), reading arguments or printing.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by Gradio as it is imported

import gradio as gr
import uvicorn
from fastapi import FastAPI

from twin.chat.loading import Load, Loading
from twin.chat.local import LocalOnly, listen
from twin.chat.page import Page
from twin.chat.people import Contact
from twin.chat.tabs.asking import Pause
from twin.chat.tabs.chat import ChatTab
from twin.chat.theme import theme
from twin.conversations import Conversations
from twin.model.sampling import Sampling
from twin.workspace import Workspace


def serve(
    load: Load,
    *,
    person: str,
    contacts: Sequence[Contact],
    sampling: Sampling,
    place: Workspace | None = None,
    run: Path | None = None,
    pause: Pause | None = None,
    port: int = 7860,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serves the page on 127.0.0.1 until Ctrl-C.

    Args:
        load: Called in a thread of its own once the page is up; a TwinError that it raises is shown on the page.
        person: Whose twin it is.
        contacts: Whom a visitor can write as, at least one; the page begins with the first.
        sampling: How replies are drawn; the slider begins at its temperature.
        place: The workspace in which conversations are kept, and that the other tabs show; None: there is the chat alone, and nothing is kept.
        run: The folder of the run that answers, for the tab that shows what went into it; None: the newest.
        pause: The seconds before a bubble in which the person would type it, told whether it begins a reply; None: they are not known.
        port: 0 takes any free one.
        ready: Told the page's address as soon as it can be opened.

    Raises:
        UsageError: The port is taken, or needs rights that the person does not have.
        ConversationsError: The workspace's conversations cannot be read.
    """
    with listen(port) as listener:
        page = application(load, person=person, contacts=contacts, sampling=sampling, place=place, run=run, pause=pause)
        server = uvicorn.Server(uvicorn.Config(page, log_level="error", ws="none", timeout_graceful_shutdown=1))
        ready(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with suppress(KeyboardInterrupt):  # the way to end it
            server.run(sockets=[listener])


def application(
    load: Load,
    *,
    person: str,
    contacts: Sequence[Contact],
    sampling: Sampling,
    place: Workspace | None = None,
    run: Path | None = None,
    pause: Pause | None = None,
    routes: Callable[[FastAPI, Loading], None] | None = None,
) -> FastAPI:
    """The page as a web application, which loads the twin when it is started. The arguments are those of `serve`.

    Args:
        routes: Adds what else the application answers; called before the page takes every path that is left.
    """
    loading = Loading(load)
    store = Conversations(None if place is None else place.conversations)
    undescribed: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading.start()
        yield

    local = FastAPI(**undescribed, lifespan=lifespan)
    local.add_middleware(LocalOnly)
    if routes is not None:
        routes(local, loading)
    chat = ChatTab(loading, person, contacts, sampling, store, listed=place is not None, pause=pause)
    gr.mount_gradio_app(
        local,
        Page(loading, person, chat, place, run, sampling).draw(),
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
        css_paths=sorted(Path(__file__).parent.rglob("*.css")),
    )
    return local
