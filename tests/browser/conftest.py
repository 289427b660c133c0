"""A running service and a browser. Every page that a test opens is watched: no error in the console, no request to another host."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import ROOT
from tests.contract.servers import require
from tests.patience import PATIENCE
from tests.test_serving import free_port, wait_for

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
VENDOR = ROOT / "src/sg17kg/rendering/static/vendor"
Open = Callable[..., Page]
expect.set_options(timeout=1000 * PATIENCE)


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service is reached, on a free port: the command that a user starts, from the built dataset."""
    if not VENDOR.is_dir():
        assert "chromium" not in os.environ.get("SG17KG_REQUIRE", ""), f"{VENDOR} is absent; run scripts/vendor_javascript.py"
        pytest.skip(f"{VENDOR} is absent; run scripts/vendor_javascript.py")
    with _service(tmp_path_factory.mktemp("service")) as found:
        yield found


@contextmanager
def _service(folder: Path) -> Iterator[str]:
    port = free_port()
    program = Path(sys.executable).with_name("sg17kg")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(program), "serve", "--port", str(port)],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a screen."""
    program = require("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """Open a page by its path; keywords are those of a browser context (locale, color_scheme, viewport, java_script_enabled).

    `errors_expected` is for pages that are errors themselves: the console tells their status.
    """
    contexts, said = [], []

    def open_page(path: str, *, errors_expected: bool = False, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "en", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        host = urlsplit(address).netloc
        if not errors_expected:
            page.on("console", lambda message: said.append(f"console: {message.text}") if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(f"script: {error}"))
        page.on("request", lambda asked: said.append(f"foreign: {asked.url}") if _is_foreign(asked.url, host) else None)
        page.goto(address + path, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def _is_foreign(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host
