"""The tabs beside the chat on a page of their own, served as the twin's page is: only what draws the chat is not there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI

from twin.chat import tabs as package
from twin.chat.loading import Loading
from twin.chat.local import LocalOnly
from twin.chat.tabs import blind, dataset, history, training
from twin.chat.theme import theme
from twin.model.sampling import Sampling
from twin.workspace import Workspace


def application(place: Workspace, loading: Loading, sampling: Sampling, run: Path | None) -> FastAPI:
    folder = Path(package.__file__).parent
    with gr.Blocks(title="twin", analytics_enabled=False) as blocks, gr.Tabs(elem_id="tabs"):
        with gr.Tab("Chat"):
            gr.HTML("<h1>the chat</h1>")
        with gr.Tab("Which one is you?"):
            blind.draw(place, loading, sampling)
        with gr.Tab("Your history"):
            history.draw(place)
        with gr.Tab("Dataset"):
            dataset.draw(place, run)
        with gr.Tab("Training"):
            training.draw(place)
    local = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    local.add_middleware(LocalOnly)
    gr.mount_gradio_app(
        local,
        blocks,
        "/",
        server_name="127.0.0.1",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        footer_links=[],
        allowed_paths=[],
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        theme=theme(),
        css_paths=[folder / "tabs.css"],
    )
    loading.start()
    return local


@contextmanager
def serving(page: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(page, port=0, log_level="error", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the page did not start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
