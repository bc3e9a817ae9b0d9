"""The twin's page in a browser, in the words of a visitor: say something, wait for the answer, press a button."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

CUT = ("net::ERR_", "Failed to fetch", "network error", "aborted")
"""What a browser says where a server ends, or a page is left, while an answer is on its way: no mistake of the page."""

Visit = Callable[..., Page]
"""Opens an address in a browser of its own; the options are those of Playwright's `new_context`."""


@contextmanager
def launched() -> Iterator[Browser]:
    """The Chromium of this machine; a test tool's own download of one is not wanted."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "the page is tested in a real browser: install chromium (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visits(browser: Browser) -> Iterator[Visit]:
    """Opens addresses. Whatever such a browser asks for, and all it complains of, is looked at in the end."""
    contexts, requests, errors = [], [], []

    def visit(address: str, **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"} | options)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        context.on("weberror", lambda error: errors.append(error.error))
        context.on("console", lambda message: errors.append(message.text) if message.type == "error" and not any(map(message.text.__contains__, CUT)) else None)
        page = context.new_page()
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
    outside = [url for url in requests if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).hostname != "127.0.0.1"]
    assert requests
    assert outside == []
    assert errors == []


def opened(page: Page) -> Page:
    expect(box(page)).to_be_editable()
    return page


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def status(page: Page) -> Locator:
    return page.locator("#status").get_by_role("status")


def bubbles(page: Page, who: str = "bot", where: str = "#chat") -> list[str]:
    return page.locator(f"{where} [data-testid={who}]").all_inner_texts()


def everything(page: Page, where: str = "#chat") -> list[str]:
    return page.locator(f"{where} [data-testid]:is([data-testid=user], [data-testid=bot])").all_inner_texts()


def idle(page: Page) -> None:
    expect(button(page, "Stop")).to_be_hidden()
    expect(button(page, "Regenerate")).to_be_enabled()
    expect(status(page)).to_have_text("ready")


def say(page: Page, text: str) -> None:
    """Sends a message and waits for the whole answer to it."""
    said, answered = len(bubbles(page, "user")), len(bubbles(page))
    box(page).fill(text)
    box(page).press("Enter")
    expect(page.locator("#chat [data-testid=user]").nth(said)).to_be_visible()
    expect(page.locator("#chat [data-testid=bot]").nth(answered)).to_be_visible()
    idle(page)


def picture(page: Page, name: str, folder: Path) -> None:
    kept = Path(os.environ.get("SCREENSHOTS", folder))
    kept.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=kept / name, animations="disabled")
