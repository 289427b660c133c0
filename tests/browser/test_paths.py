"""The ten main paths of a user, walked in a browser."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from sg17kg.queries.library import QueryLibrary
from tests import ROOT
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
CHINESE = {"locale": "zh-CN"}


def test_from_home_to_the_line_that_says_who_owns_a_recommendation(opened: Open) -> None:
    page = opened("/")
    page.get_by_role("region", name="New here?").get_by_role("link", name="X.1280", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("X.1280")
    owner = page.locator("p.owner").first
    expect(owner).to_contain_text("Q10/17")
    expect(owner).to_contain_text("11 December 2025")
    owner.locator("a.ev").click()
    expect(page).to_have_url(re.compile("/lines/circular/2025-2028/101"))
    asked = page.locator("tr.asked", has=page.locator("#l122"))
    expect(asked).to_contain_text("Q10/17 is responsible for")


def test_from_a_page_to_the_sparql_behind_it_and_the_same_answer(opened: Open) -> None:
    page = opened("/rec/X.1280")
    page.get_by_text("queries, to open in the editor").click()
    page.get_by_role("link", name=QueryLibrary.read(ROOT / "queries").get("statements-of-owners").header.summary).first.click()
    expect(page.locator("body")).to_have_attribute("data-editor", "ready")
    table = page.locator("#answer table.dataTable tbody")
    expect(table).to_contain_text("Q10/17")
    expect(table).to_contain_text("2025-12-11")


def test_the_search_box_completes_and_goes_there_by_keyboard(opened: Open) -> None:
    page = opened("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("out-of-band")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("out-of-band")


def test_a_delegate_learns_what_became_of_a_work_item(opened: Open) -> None:
    page = opened("/")
    page.locator("#q").fill("X.rdda")
    page.get_by_role("button", name="Search").click()
    became = page.locator("dt", has_text="What became of it").locator("+ dd")
    expect(became).to_contain_text("X Suppl. 39")
    expect(became).to_contain_text("8 September 2023")
    became.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("X Suppl. 39")


def test_an_administration_finds_what_it_must_answer_and_puts_it_into_its_calendar(opened: Open) -> None:
    page = opened("/")
    page.locator("#on").fill("2026-05-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("19 days left")).to_be_visible()
    page.get_by_role("heading", name="Consultation by Circular 104 (2025-2028)").get_by_role("link").click()
    expect(page.get_by_text("at least 70 per cent must agree")).to_be_visible()
    rows = page.get_by_role("region", name="What must be answered").locator("tbody tr")
    expect(rows).to_have_count(11)
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to calendar").click()
    assert "DTSTART:20260520T235900Z" in download.value.path().read_text("utf-8")


def test_a_list_is_narrowed_sorted_and_taken_as_a_table(opened: Open) -> None:
    page = opened("/recommendations")
    facet = page.get_by_role("navigation", name="Narrow down").get_by_role("link", name="Q7/17")
    count = int(re.search(r"\d+$", facet.inner_text())[0])  # type: ignore[index]
    facet.click()
    expect(page.locator("tbody tr")).to_have_count(count)
    page.get_by_role("link", name="Approved").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Approved")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert len(download.value.path().read_text("utf-8").splitlines()) == count + 1


def positions(page: Page) -> dict[str, tuple[float, float]]:
    found = page.evaluate(
        "() => sg17picture.nodes().map(node => [node.id(), Math.round(node.position().x), Math.round(node.position().y)])"
    )
    return {name: (x, y) for name, x, y in found}


def test_a_neighbourhood_is_opened_step_by_step_and_what_stands_does_not_move(opened: Open, tmp_path: Path) -> None:
    page = opened("/explore?thing=rec/X.1280")
    page.wait_for_selector("#picture[data-ready]")
    before = positions(page)
    assert len(before) > 8
    page.locator("#graph").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#chosen b")).not_to_have_text("X.1280")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => sg17picture.nodes().length > {len(before)}")
    page.wait_for_timeout(600)
    after = positions(page)
    table = page.locator("#joints").inner_text()
    labels = page.evaluate("() => sg17picture.nodes().map(node => node.data('label'))")
    assert [label for label in labels if label not in table] in ([], ["X.1280"])
    assert {name: after[name] for name in before} == before
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        content = download.value.path().read_bytes()
        assert content.startswith(start)
        assert len(content) > 2000
    expect(page.locator("#legend li")).not_to_have_count(0)


def test_a_reader_of_chinese_stays_in_chinese_and_arabic_is_mirrored(opened: Open) -> None:
    page = opened("/rec/X.1280", locale="zh-CN")
    expect(page.get_by_role("heading", level=1)).to_contain_text("使用移动设备的带外相互认证框架")
    page = opened("/rec/X.1280")
    page.get_by_role("link", name="中文").click()
    page.locator("p.owner a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    mark, search = page.locator(".mark").bounding_box(), page.locator("#q").bounding_box()
    assert mark
    assert search
    assert mark["x"] > search["x"]


def test_two_days_are_compared(opened: Open) -> None:
    page = opened("/changes")
    page.locator("#from").fill("2026-01-01")
    page.locator("#to").fill("2026-06-30")
    page.get_by_role("button", name="Compare").click()
    row = page.get_by_role("region", name="Work items").get_by_role("row", name=re.compile("X.accsadlt.*Status"))
    expect(row).to_contain_text("approved")


def test_a_portal_builder_runs_an_example_and_gets_json_ld(opened: Open) -> None:
    page = opened("/docs")
    page.get_by_role("button", name="Run: /api/v1/recommendations/X.1280/owner").click()
    expect(page.get_by_role("region", name="/api/v1/recommendations/X.1280/owner")).to_contain_text('"question": "Q10/17"')
    page = opened("/rec/X.1280")
    address = page.get_by_role("link", name="JSON-LD").get_attribute("href")
    answer = page.request.get(page.url.removesuffix("/rec/X.1280") + str(address))
    assert answer.json()["id"] == "https://w3id.org/sg17kg/rec/X.1280"


# Beside the ten


def test_the_editor_completes_our_terms_and_shows_a_graph(opened: Open) -> None:
    page = opened("/editor?query=SELECT * WHERE { ?s <https://w3id.org/sg17kg/ontology%23sup ?o }")
    expect(page.locator("body")).to_have_attribute("data-editor", "ready")
    page.evaluate(
        "() => { const ch = sg17editor.getValue().indexOf('#sup') + 4; sg17editor.focus(); sg17editor.setCursor({ line: 0, ch });"
        " sg17editor.autocomplete(false); }"
    )
    expect(page.locator(".CodeMirror-hints")).to_contain_text("supersedes")
    page.evaluate("() => sg17editor.setValue('CONSTRUCT WHERE { ?s <https://w3id.org/sg17kg/ontology#supersedes> ?o } LIMIT 9')")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run").click()
    page.locator(".yasr_btn.select_graph").click()
    expect(page.locator("#answer #graph canvas").first).to_be_visible()
    page.locator(".yasr_btn.select_response").click()
    expect(page.locator("#answer")).to_contain_text("supersedes")


def test_a_link_carries_the_query(opened: Open) -> None:
    page = opened("/editor")
    expect(page.locator("body")).to_have_attribute("data-editor", "ready")
    page.evaluate("() => sg17editor.setValue('ASK { ?s ?p \"carried\" }')")
    page.locator("#carry").click()
    expect(page.locator("body")).to_have_attribute("data-editor", "ready")
    assert page.evaluate("() => sg17editor.getValue()") == 'ASK { ?s ?p "carried" }'


def test_markup_in_an_answer_stays_text(opened: Open) -> None:
    """The console would tell of a handler that the policy refused, and the fixture would fail."""
    values = '"<img src=x onerror=alert(1)>" "<svg onload=alert(2)>a" "<b>bold</b>"@en "<a href=javascript:alert(3)>k</a>" "a & b &lt; c"'
    page = opened("/editor?" + urlencode({"query": f"SELECT ?y {{ VALUES ?y {{ {values} }} }}"}))
    expect(page.locator("body")).to_have_attribute("data-editor", "ready")
    page.get_by_role("button", name="Run").click()
    rows = page.locator("#answer table.dataTable tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#answer tbody").locator("img, svg, b, a").count() == 0
    page.locator(".tableFilter").press_sequentially("<b>bo")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("<b>bold</b>")


def test_an_error_of_a_query_is_shown(opened: Open) -> None:
    page = opened("/editor?query=SELECT nothing", errors_expected=True)
    expect(page.locator("body")).to_have_attribute("data-editor", "ready")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer")).to_contain_text("400")


def test_light_and_dark_are_switched_and_kept(opened: Open) -> None:
    page = opened("/", color_scheme="light")
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert dark != paper
    page.reload()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == dark


@pytest.mark.parametrize("path", ["/rec/X.1280", "/consultation/2025-2028/104"])
def test_print_shows_the_content_alone(opened: Open, path: str) -> None:
    page = opened(path)
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.pdf()[:4] == b"%PDF"
