"""Screenshots of the main pages: `make screenshots` (needs Chromium). English, Chinese and Arabic; desk and phone; light and dark."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
DAY = "2026-05-01"
PAGES = {
    "home": f"/?on={DAY}",
    "recommendation": f"/rec/X.1280?on={DAY}",
    "consultation": f"/consultation/2025-2028/104?on={DAY}",
    "question": "/question/17/10",
    "list": "/recommendations?question=Q10/17",
    "explore": "/explore?thing=rec/X.1280",
    "editor": "/editor/question-owning?number=X.1280",
    "lines": "/lines/circular/2025-2028/104?first=39&last=40",
}
# name → page, language, width, colours: each page once at least, each language, width and colour with the pages that show most
SHOTS = (
    *((page, "en", "desk", "light") for page in PAGES),
    *((page, "zh", "desk", "light") for page in ("home", "recommendation", "question")),
    *((page, "ar", "desk", "dark") for page in ("home", "recommendation")),
    *((page, "en", "phone", "light") for page in ("home", "consultation", "list")),
    *((page, "zh", "phone", "dark") for page in ("home", "consultation")),
    ("recommendation", "ar", "phone", "dark"),
    ("editor", "en", "desk", "dark"),
)
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def main() -> None:
    """Start the service, take every picture, end the service."""
    OUT.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("sg17kg")), "serve", "--port", str(port), "--log", "none"]
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603  our own program
        try:
            _wait(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
                for shot in SHOTS:
                    _take(browser, f"http://127.0.0.1:{port}", *shot)
                browser.close()
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the service did not start within 30 seconds")


def _take(browser: Browser, address: str, name: str, language: str, size: str, colours: str) -> None:
    context = browser.new_context(
        viewport={"width": SIZES[size]["width"], "height": SIZES[size]["height"]},
        color_scheme="dark" if colours == "dark" else "light",
        locale=language,
    )
    page = context.new_page()
    page.goto(address + PAGES[name], wait_until="networkidle")
    page.wait_for_timeout(600)
    page.screenshot(path=OUT / f"{name}-{language}-{size}-{colours}.png")
    context.close()


if __name__ == "__main__":
    main()
