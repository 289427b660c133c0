"""Pages in Chromium: `python -m benchmarks.pages`. Bytes over the wire, and first paint after the server's answer, beside a bare page.

The yardstick is the same HTML without styles and scripts, served by the same browser from memory: what the browser itself needs to
paint that much text. Medians of several visits, each with an empty cache.
"""

import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Request, Route, sync_playwright

from benchmarks.serving import ours, shipped

PAGES = (
    "/", "/rec/X.1280", "/work-item/X.rdda", "/question/17/10", "/circular/2025-2028/104", "/consultation/2025-2028/104",
    "/recommendations", "/conflicts", "/ontology", "/docs", "/explore", "/editor/question-owning?number=X.1280",
)  # fmt: skip
VISITS = 7
_PAINT = """() => new Promise(done => {
  const answered = performance.getEntriesByType('navigation')[0].responseStart;
  const look = () => { const found = performance.getEntriesByName('first-contentful-paint')[0]; found ? done(found.startTime - answered) : requestAnimationFrame(look); };
  look();
})"""  # noqa: E501


def main() -> None:
    """Print the table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ours(shipped(Path(folder)), Path(folder) / "store") as server,
        sync_playwright() as playwright,
    ):
        address = server.address
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        print("| page | kB over the wire | first paint after the answer, ms | bare page, ms | ratio |\n|---|---|---|---|---|")
        for path in PAGES:
            bytes_, paint = _visits(browser, address + path, None)
            _, bare = _visits(browser, address + path, _bare)
            print(f"| {path} | {bytes_ / 1000:.1f} | {paint:.0f} | {bare:.0f} | {paint / bare:.2f} |")
            sys.stdout.flush()
        browser.close()


def _visits(browser: Browser, address: str, route: Callable[[Route], None] | None) -> tuple[float, float]:
    """Median bytes and milliseconds."""
    sizes, paints = [], []
    for _ in range(VISITS):
        context = browser.new_context(locale="en")
        page = context.new_page()
        got: list[int] = []
        page.on("requestfinished", _into(got))
        if route:
            page.route("**/*", route)
        page.goto(address, wait_until="load")
        paints.append(float(page.evaluate(_PAINT)))
        page.wait_for_load_state("networkidle")
        sizes.append(sum(got))
        context.close()
    return statistics.median(sizes), statistics.median(paints)


def _into(sizes: list[int]) -> Callable[[Request], None]:
    return lambda asked: sizes.append(asked.sizes()["responseBodySize"])


def _bare(route: Route) -> None:
    """The same HTML, with nothing that it would fetch."""
    answer = route.fetch()
    html = re.sub(r"<link[^>]*>|<script.*?</script>", "", answer.text(), flags=re.DOTALL)
    route.fulfill(status=200, content_type="text/html; charset=utf-8", body=html)


if __name__ == "__main__":
    main()
