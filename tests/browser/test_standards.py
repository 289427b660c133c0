"""What every page keeps in a real browser: WCAG 2.2 AA by axe-core, the keyboard, no script needed, weight, paint, no shift."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import ROOT
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
PAGES = (
    "/", "/?on=2026-05-01", "/rec/X.1280", "/work-item/X.rdda", "/question/17/10", "/circular/2025-2028/104", "/consultation/2025-2028/104",
    "/meeting/sg17/2026-06", "/body/etsi", "/period/2025-2028", "/conflict/two-owners/X.1282", "/conflicts",
    "/recommendations", "/work-items", "/bodies", "/find?q=identity", "/lines/circular/2025-2028/101?first=122", "/changes", "/queries",
    "/explore", "/editor/question-owning?number=X.1280", "/ontology", "/docs", "/dumps/", "/rec/X.99999",
    "/check", "/consultation/2025-2028/104/reply",
)  # fmt: skip
LOOKS = {
    "desk, light, English": {"locale": "en", "color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "phone, dark, Arabic": {"locale": "ar", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    "phone, light, Chinese": {"locale": "zh-CN", "color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    "wide, dark, English": {"locale": "en", "color_scheme": "dark", "viewport": {"width": 1920, "height": 1080}},
}
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
HEAVY = ("/explore", "/editor/question-owning?number=X.1280")


@pytest.fixture(scope="module")
def axe() -> str:
    file = ROOT / "node_modules/axe-core/axe.min.js"
    assert file.is_file(), f"{file} is absent; run scripts/vendor_javascript.py"
    return file.read_text("utf-8")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_and_nothing_is_cut_off(opened: Open, axe: str, look: str) -> None:
    faults = []
    for path in PAGES:
        page = opened(path, errors_expected=path == "/rec/X.99999", **LOOKS[look])
        page.evaluate(axe)
        for found in page.evaluate(f"() => axe.run({RULES})")["violations"]:
            faults.append(f"{path}: {found['id']}: {found['nodes'][0]['html'][:120]}")
        beyond = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            faults.append(f"{path}: {beyond} pixels stand out at the side")
        page.context.close()
    assert faults == []


@pytest.mark.parametrize(
    "path", ["/", "/rec/X.1280", "/recommendations", "/consultation/2025-2028/104", "/question/17/10", "/find?q=identity"]
)
def test_without_scripts_nothing_is_missing(opened: Open, path: str) -> None:
    with_scripts, without = opened(path), opened(path, java_script_enabled=False)
    assert without.locator("main").inner_text() == with_scripts.locator("main").inner_text()
    expect(without.get_by_role("button", name="Search")).to_be_visible()


def test_without_scripts_the_paths_work(opened: Open) -> None:
    page = opened("/", java_script_enabled=False)
    page.locator("#q").fill("X.rdda")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("dt", has_text="What became of it").locator("+ dd")).to_contain_text("X Suppl. 39")
    page.get_by_role("link", name="Recommendations").click()
    page.get_by_role("navigation", name="Narrow down").get_by_role("link", name="Q7/17").click()
    expect(page.locator("tbody tr").first).to_contain_text("Q7/17")
    page = opened("/editor/question-owning?number=X.1280", java_script_enabled=False)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("body")).to_contain_text("Q10/17")
    page = opened("/explore?thing=rec/X.1280", java_script_enabled=False)
    expect(page.get_by_role("region", name="As a table")).to_contain_text("X.oob-sa")


def focused(page: Page) -> str:
    return str(
        page.evaluate("() => { const e = document.activeElement; return `${e.tagName} ${e.textContent.trim().slice(0, 40)} ${e.id}`; }")
    )


def test_the_keyboard_reaches_everything_and_is_never_caught(opened: Open) -> None:
    for path in ("/", "/rec/X.1280", "/explore", "/editor/question-owning?number=X.1280"):
        page = opened(path)
        count = page.evaluate(
            "() => document.querySelectorAll('a[href], button:not([disabled]), input, select, summary, [tabindex=\"0\"]').length"
        )
        page.evaluate("() => document.activeElement.blur()")
        seen = set()
        for _ in range(count + 40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("() => { const e = document.activeElement; e.dataset.seen = '1'; return e.tagName; }"))
            if page.evaluate("() => document.activeElement.closest('footer') !== null"):
                break
        else:
            pytest.fail(f"{path}: the footer is not reached; at {focused(page)}")
        main = page.evaluate(
            "() => [...document.querySelectorAll('main a[href], main button:not([disabled]), main input:not([type=hidden])')]"
            ".filter(e => e.offsetParent !== null && !e.dataset.seen && !e.closest('details:not([open])') && e.tabIndex >= 0)"
            ".map(e => e.outerHTML.slice(0, 90))"
        )
        assert main == [], path
        assert seen >= {"A", "INPUT", "BUTTON"}


def test_the_first_stop_leads_to_the_content_and_the_focus_is_seen(opened: Open) -> None:
    page = opened("/rec/X.1280")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.wait_for_function("() => document.querySelector('.skip').getBoundingClientRect().y >= 0")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "() => getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    assert outline == "solid3px"


@pytest.mark.parametrize("path", [path for path in PAGES if path not in HEAVY])
def test_a_page_with_all_it_needs_is_light_and_does_not_shift(opened: Open, path: str) -> None:
    """Bytes as they go over the wire, of everything that the page asks for."""
    page = opened("/health")
    page.context.add_init_script(
        "window.shifts = [];"
        "const told = e => [e.value, ...e.sources.map(s => s.node && (s.node.outerHTML ?? s.node.textContent).slice(0, 80))];"
        "const seen = list => window.shifts.push(...list.getEntries().filter(e => !e.hadRecentInput).map(told));"
        "new PerformanceObserver(seen).observe({ type: 'layout-shift', buffered: true });"
    )
    fresh = page.context.new_page()
    sizes: list[int] = []
    fresh.on("requestfinished", lambda asked: sizes.append(asked.sizes()["responseBodySize"]))
    fresh.goto(page.url.removesuffix("/health") + path, wait_until="networkidle")
    fresh.wait_for_timeout(200)
    assert 0 < sum(sizes) < 100_000
    assert fresh.evaluate("() => window.shifts") == []


def test_the_picture_of_print_and_the_fonts_are_of_the_system(opened: Open) -> None:
    page = opened("/rec/X.1280", locale="ar")
    assert page.evaluate("() => [...document.fonts].length") == 0
    assert page.locator("svg").first.is_visible()


def test_screenshots_are_there() -> None:
    folder = ROOT / "docs/screenshots"
    names = {file.stem for file in Path(folder).glob("*.png")}
    assert {"home-en-desk-light", "recommendation-zh-desk-light", "recommendation-ar-phone-dark", "consultation-en-phone-light"} <= names
