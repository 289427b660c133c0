"""Pages as the server renders them: what they claim, with its evidence; languages; lists; and what nobody may break."""

import csv
import html
import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from sg17kg.web.pages.list_view import SIZE, Column, Listing, as_csv

HTML = {"Accept": "text/html", "Accept-Language": "en"}
THINGS = (
    "/rec/X.1280", "/rec/X.1051", "/rec/X.1261", "/rec/D.1140", "/sup/X/39", "/tr/XSTR.sgfdm", "/work-item/X.rdda", "/work-item/X.accsadlt",
    "/question/17/10", "/question/17/3", "/question/17/10/2026", "/question/17/10/2026/task/1", "/circular/2025-2028/104",
    "/circular/2025-2028/107", "/consultation/2025-2028/104", "/consultation/2025-2028/101", "/meeting/sg17/2026-06",
    "/meeting/tsag/2026-01", "/body/etsi", "/period/2025-2028", "/draft/2025-2028/104/1", "/conflict/two-owners/X.1282",
    "/report/sg17/2025-2028/R25", "/rec/X.1280/2026-06", "/sg/17",
)  # fmt: skip
LISTS = ("/recommendations", "/work-items", "/questions", "/circulars", "/consultations", "/meetings", "/conflicts", "/bodies", "/periods")
TOOLS = (
    "/words",
    "/",
    "/find?q=identity",
    "/changes",
    "/explore",
    "/editor",
    "/queries",
    "/docs",
    "/ontology",
    "/dumps/",
    "/lines/circular/2025-2028/101",
)
DATA = re.compile(r"\.(?:ttl|jsonld|nt|rdf|json)$")
EVERY = (*THINGS, *LISTS, *TOOLS)


def page(client: TestClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers={**HTML, **{name.replace("_", "-"): value for name, value in headers.items()}})
    assert answer.status_code == 200, (path, answer.text[:300])
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def text_of(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


def links(markup: str) -> set[str]:
    return {html.unescape(address) for address in re.findall(r'href="([^"]+)"', markup)}


# What every page holds


@pytest.mark.parametrize("path", EVERY)
def test_a_page_is_small_and_holds_nothing_inline_and_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    markup = page(client, path)
    assert len(markup.encode()) < (150_000 if path == "/ontology" else 100_000)  # that page grows with the ontology
    assert not re.search(r"<style|<script(?![^>]* src=)|<[^>]+ style=|<[^>]+ on[a-z]+=", markup)
    for address in re.findall(r'<(?:script|link rel="stylesheet"|link rel="icon"|img)[^>]*?(?:src|href)="([^"]+)"', markup):
        assert address.startswith("/static/"), address
    assert markup.count("<h1") == 1
    assert re.search(r'<html lang="en" dir="ltr">', markup)


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("tag", ["zh", "ar"])
def test_a_page_speaks_the_language_asked_for(client: TestClient, path: str, tag: str) -> None:
    asked = page(client, path + ("&" if "?" in path else "?") + f"lang={tag}")
    assert f'<html lang="{tag}" dir="{"rtl" if tag == "ar" else "ltr"}">' in asked
    things = [
        address for address in links(asked) if address.startswith(("/question/", "/circular/", "/meeting/")) and not DATA.search(address)
    ]
    assert all("lang=" in address for address in things)
    by_header = page(client, path, Accept_Language=f"{tag};q=0.9, en;q=0.1")
    assert f'<html lang="{tag}"' in by_header


def test_a_chinese_page_has_no_english_message_left(client: TestClient) -> None:
    """English is marked: what comes from the data in English alone may stay, messages may not."""
    markup = page(client, "/consultation/2025-2028/104?lang=zh")
    main = re.search(r"<main.*?</main>", markup, re.DOTALL)[0]  # type: ignore[index]
    unmarked = re.sub(r'<(\w+)[^>]*lang="en"[^>]*>.*?</\1>', "", main, flags=re.DOTALL)
    words = re.findall(r"\b[a-z]{4,}\b", text_of(unmarked))
    assert set(words) <= {"accsadlt", "asra", "iiot", "dcs", "dpts", "tsbdir", "soar"}, words


@pytest.mark.parametrize("path", EVERY)
def test_links_of_a_page_lead_somewhere(client: TestClient, path: str) -> None:
    addresses = {urlsplit(address)._replace(fragment="").geturl() for address in links(page(client, path)) if address.startswith("/")}
    assert len(addresses) > 15
    # a part of the many links is enough: each kind of address occurs on several pages
    for address in sorted(addresses)[:: max(1, len(addresses) // 40)]:
        answer = client.get(address, headers={"Accept": "text/html, */*;q=0.5"}, follow_redirects=True)
        assert answer.status_code == 200, (path, address)


# Claims and their evidence


def test_a_recommendation_says_its_status_and_what_that_follows_from(client: TestClient) -> None:
    markup = page(client, "/rec/X.1280")
    said = text_of(markup)
    assert "in force since 10 June 2026" in said
    assert "follows from X.1280 (06/2026)" in said
    assert "<title>X.1280 · Framework for out-of-band mutual authentication using mobile devices · sg17kg</title>" in markup


def test_a_title_leads_to_its_line(client: TestClient) -> None:
    markup = page(client, "/rec/X.1280?lang=zh")
    titles = re.search(r'<ul class="titles">(.*?)</ul>', markup, re.DOTALL)[1]  # type: ignore[index]
    lines = re.findall(r'href="/lines/circular/2025-2028/104\?first=(\d+)', titles)
    assert len(lines) == 1
    shown = page(client, f"/lines/circular/2025-2028/104?first={lines[0]}")
    assert "使用移动设备的带外相互认证框架" in shown


def test_the_line_of_an_owner_says_it(client: TestClient) -> None:
    markup = page(client, "/lines/circular/2025-2028/101?first=122&last=122")
    assert 'class="asked"' in markup
    assert "Q10/17 is responsible for X." in text_of(markup)
    overview = page(client, "/lines/circular/2025-2028/101")
    assert 'id="l122"' in overview


def test_what_became_of_a_work_item(client: TestClient) -> None:
    said = text_of(page(client, "/work-item/X.rdda"))
    assert "What became of it X Suppl. 39 , became another text on 8 September 2023" in said
    assert "Developed by no source says it" in said


def test_the_picture_of_the_way_has_every_step(client: TestClient) -> None:
    markup = page(client, "/rec/X.1280")
    picture = re.search(r'<svg[^>]*aria-label="From provisional name to edition".*?</svg>', markup, re.DOTALL)[0]  # type: ignore[index]
    for address in ("/work-item/X.oob-sa", "/question/17/10", "/report/sg17/2022-2024/R51", "/circular/2022-2024/142",
                    "/consultation/2022-2024/142", "/meeting/sg17/2024-02", "/rec/X.1280/2024-03"):  # fmt: skip
        assert f'<a href="{address}">' in picture
    assert "Through" not in picture


def test_an_outcome_that_nobody_reports_is_not_guessed(client: TestClient) -> None:
    before = text_of(page(client, "/rec/X.1280?on=2026-05-01"))
    assert "pending" in before
    assert "X.1280 (06/2026)" not in before.partition("History")[0].partition("What the sources disagree on")[0]


def test_equivalents_parts_and_other_numbers_are_shown(client: TestClient) -> None:
    assert "Equivalent to ISO/IEC 27011" in text_of(page(client, "/rec/X.1051"))
    assert "Also bears the number D.1140" in text_of(page(client, "/rec/X.1261"))
    assert "Amendments and corrigenda" in text_of(page(client, "/rec/X.1051"))


def test_a_conflict_shows_both_sides(client: TestClient) -> None:
    said = text_of(page(client, "/conflict/two-owners/X.1282"))
    assert "Q10/17 is responsible for X.1282" in said
    assert "Q7/17 is responsible for X.1282" in said


def test_a_settled_conflict_shows_the_decision_and_stays(client: TestClient) -> None:
    settled = client.get("/api/v1/conflicts?settled=yes").json()["items"][0]
    said = text_of(page(client, urlsplit(settled["iri"]).path.removeprefix("/sg17kg")))
    assert settled["settled"]["decision"] in said
    assert all(side["statement"] in said for side in settled["statements"])


def test_a_question_shows_where_it_comes_from_its_matrix_and_its_texts(client: TestClient) -> None:
    markup = page(client, "/question/17/10")
    said = text_of(markup)
    assert "Q10/17 (2025), Q3/17 (2025) (merged)" in said
    assert markup.count('class="yes"') == sum(len(task["study_items"]) for task in versions(client)[0]["tasks"])
    groups = re.findall(r'<h2 id="(\w+)">[^<]*<span class="quiet">(\d+)', markup)
    assert {name for name, _ in groups} >= {"published", "inferred", "ended", "development"}
    ended = re.search(r'<section aria-labelledby="ended">(.*?)</section>', markup, re.DOTALL)[1]  # type: ignore[index]
    assert '<a href="/rec/X.1901">' in ended


def versions(client: TestClient) -> list[dict[str, list[dict[str, list[int]]]]]:
    found = client.get("/api/v1/questions/17/10").json()["versions"]
    assert isinstance(found, list)
    return found


def test_a_consultation_tells_how_replies_count_in_plain_words(client: TestClient) -> None:
    said = text_of(page(client, "/consultation/2025-2028/104"))
    assert "Of the Member States that reply, at least 70 per cent must agree." in said
    assert "of 40 replies that count, 28 must be in favour" in said
    assert "closed" in said
    assert "19 days left" in text_of(page(client, "/consultation/2025-2028/104?on=2026-05-01"))


def test_a_consultation_can_be_put_into_a_calendar(client: TestClient) -> None:
    assert "/calendar.ics?consultation=2025-2028/104" in links(page(client, "/consultation/2025-2028/104"))
    events = client.get("/calendar.ics?consultation=2025-2028/104").text
    assert events.count("BEGIN:VEVENT") == 1
    assert "20260520T235900Z" in events
    assert client.get("/calendar.ics?consultation=2025-2028/1").status_code == 404


# Home, search, days


def test_home_shows_what_was_open_on_a_day(client: TestClient) -> None:
    open_then = page(client, "/?on=2026-05-01")
    assert "19 days left" in text_of(open_then)
    assert "in consultation" in text_of(open_then)
    assert "SG17 meeting, June 2026" in text_of(open_then)
    nothing = text_of(page(client, "/?on=2027-01-01"))
    assert (
        "No consultation of which a circular was read is open on 1 January 2027: 5 circulars read, the newest of 13 February 2026"
        in nothing
    )
    assert "Newer circulars are at ITU." in nothing


def test_home_tells_nothing_of_what_came_later(client: TestClient) -> None:
    said = text_of(re.search(r"<main.*?</main>", page(client, "/?on=2024-05-01"), re.DOTALL)[0])  # type: ignore[index]
    news = said.partition("What is new")[2].partition("What changed")[0]
    assert "X.1280 (03/2024)" in news
    assert not re.search(r"202[56]", news)


def test_links_keep_the_day_and_the_language(client: TestClient) -> None:
    assert "/consultation/2025-2028/104?lang=zh&on=2026-05-01" in links(page(client, "/?on=2026-05-01&lang=zh"))


def test_a_name_leads_straight_to_its_thing(client: TestClient) -> None:
    for typed, path in (("x1280", "/rec/X.1280"), ("Q10", "/question/17/10"), ("x.rdda", "/work-item/X.rdda")):
        answer = client.get(f"/find?q={typed}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_a_search_shows_what_it_found_or_says_what_to_do(client: TestClient) -> None:
    assert "Framework for out-of-band" in text_of(page(client, "/find?q=out-of-band authentication"))
    assert "Try fewer words" in text_of(page(client, "/find?q=zzzzqqq"))


def test_two_days_are_compared(client: TestClient) -> None:
    said = text_of(page(client, "/changes?from=2026-01-01&to=2026-06-30"))
    assert re.search(r"X\.accsadlt .{0,120}Status under development approved", said)
    assert "Circular 104 (2025-2028)" in said
    assert client.get("/changes?from=2026-06-30&to=2026-01-01", headers=HTML).status_code == 400


# Lists


@pytest.mark.parametrize("path", LISTS)
def test_a_list_and_its_csv_have_the_same_rows(client: TestClient, path: str) -> None:
    rows = list(csv.reader(io.StringIO(client.get(f"{path}.csv").text)))
    shown = []
    for offset in range(0, len(rows), SIZE):
        body = re.search(r"<tbody>(.*?)</tbody>", page(client, f"{path}?offset={offset}" if offset else path), re.DOTALL)
        shown.append(body[1].count("<tr>") if body else 0)
    assert len(rows) - 1 == sum(shown) > 0
    assert all(count == SIZE for count in shown[:-1])
    assert all(len(row) == len(rows[0]) for row in rows)


@pytest.mark.parametrize("path", LISTS)
def test_a_facet_leaves_as_many_as_it_says(client: TestClient, path: str) -> None:
    found = re.findall(r'<a href="([^"]+)" rel="nofollow"><span>.*?</span> <span class="num">(\d+)</span>', page(client, path))
    assert found or path in ("/questions", "/periods")
    for address, count in found[:: max(1, len(found) // 12)]:
        body = re.search(r"<tbody>(.*?)</tbody>", page(client, html.unescape(address)), re.DOTALL)[1]  # type: ignore[index]
        assert body.count("<tr>") == min(int(count), SIZE), address


def test_facets_go_together_and_a_list_is_sorted(client: TestClient) -> None:
    address = "/recommendations.csv?question=Q7/17&series=X.1200&sort=-approved_on"
    rows = list(csv.DictReader(io.StringIO(client.get(address).text)))
    assert rows
    assert all("Q7/17" in row["questions"] and row["number"].startswith("X.12") for row in rows)
    days = [row["approved_on"] for row in rows if row["approved_on"]]
    assert days == sorted(days, reverse=True)


def test_a_list_refuses_what_it_does_not_know(client: TestClient) -> None:
    for address in ("/recommendations?colour=red", "/bodies?status=in-force", "/recommendations?sort=colour", "/recommendations?offset=-1"):
        assert client.get(address, headers=HTML).status_code == 400


def test_a_cell_that_a_table_program_would_run_is_made_harmless() -> None:
    listing: Listing[str] = Listing("/x", "x", lambda _: [], (Column("a", "a", str),))
    rows = list(csv.reader(io.StringIO(as_csv(listing, ["=1+1", "@x", "a,b", "-2", "plain"]).decode())))
    assert [row[1] for row in rows] == ["a", "'=1+1", "'@x", "a,b", "'-2", "plain"]


# SPARQL behind pages, neighbours, terms


@pytest.mark.parametrize("path", ["/", "/rec/X.1280", "/question/17/10", "/consultation/2025-2028/104", "/recommendations", "/bodies"])
def test_the_queries_behind_a_page_run_as_they_are(client: TestClient, path: str) -> None:
    behind = [address for address in links(page(client, path)) if address.startswith("/editor/")]
    assert behind
    for address in behind:
        query = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page(client, address), re.DOTALL)[1])  # type: ignore[index]
        answer = client.get("/sparql", params={"query": query})
        assert answer.status_code == 200, (address, answer.text)


def test_an_example_of_the_editor_binds_what_the_address_says(client: TestClient) -> None:
    assert '"X.509"' in html.unescape(page(client, "/editor/question-owning?number=X.509"))
    assert client.get("/editor/question-owning?nothing=1", headers=HTML).status_code == 400
    assert client.get("/editor/nothing", headers=HTML).status_code == 404


def test_a_query_of_a_stranger_stands_in_the_editor_as_text(client: TestClient) -> None:
    markup = client.get("/editor", params={"query": "</textarea><script>alert(1)</script>"}, headers=HTML).text
    assert "<script>alert" not in markup
    assert "&lt;/textarea&gt;&lt;script&gt;" in markup


def test_the_endpoint_leads_browsers_to_the_editor_and_describes_itself_to_programs(client: TestClient) -> None:
    browser = client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, follow_redirects=False)
    assert (browser.status_code, browser.headers["location"]) == (303, "/editor")
    assert client.get("/sparql", headers={"Accept": "text/turtle"}).headers["content-type"].startswith("text/turtle")


def test_the_picture_of_a_neighbourhood_says_what_its_table_says(client: TestClient) -> None:
    markup = page(client, "/explore?thing=rec/X.1280")
    data = client.get("/explore.json?thing=rec/X.1280").json()
    table = re.search(r'<tbody id="joints">(.*?)</tbody>', markup, re.DOTALL)[1]  # type: ignore[index]
    shown = set(re.findall(r'<a href="(/[^"?]+)">', table))
    assert shown == {node["href"] for node in data["nodes"]} - {"/rec/X.1280"}
    ids = {node["id"] for node in data["nodes"]}
    assert all(edge["source"] in ids and edge["target"] in ids for edge in data["edges"])
    assert client.get("/explore?thing=https://evil.example/x", headers=HTML).status_code == 400


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example/x", "/%5Cevil.example/x", "/%5C/evil.example"])
def test_no_page_leads_to_a_host_that_its_address_names(path: str, client: TestClient) -> None:
    page = client.get(f"http://testserver{path}", headers=HTML)
    assert page.status_code == 404
    assert not re.findall(r"""(?:href|src|action)=["'](?:/|\\){2}""", page.text)
    assert client.get("/explore?thing=rec/X.9", headers=HTML).status_code == 404


def test_every_term_of_the_ontology_has_its_anchor_and_most_an_example(client: TestClient) -> None:
    markup = page(client, "/ontology")
    terms = client.get("/editor-terms.json").json()["terms"]
    assert len(terms) > 150
    for term in terms:
        assert f'<article id="{term["iri"].rpartition("#")[2]}">' in markup
    assert markup.count("Example:") > 130


def test_data_links_of_a_page_give_that_data(client: TestClient) -> None:
    markup = page(client, "/rec/X.1280")
    for extension, media_type in (
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("json", "application/json"),
        ("bib", "application/x-bibtex"),
    ):
        assert f"/rec/X.1280.{extension}" in links(markup)
        assert client.get(f"/rec/X.1280.{extension}").headers["content-type"].startswith(media_type)


# What nobody may break


def test_an_error_is_a_page_for_people_and_a_problem_for_programs(client: TestClient) -> None:
    for path, status in (("/rec/X.99999", 404), ("/recommendations?sort=x", 400), ("/no-such-page", 404), ("/lines/rec/X.1", 404)):
        shown = client.get(path, headers=HTML)
        assert shown.status_code == status
        assert shown.headers["content-type"].startswith("text/html")
        assert "<h1>" in shown.text
        told = client.get(path, headers={"Accept": "*/*"})
        assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")


def test_a_day_and_a_language_are_for_pages_alone(client: TestClient) -> None:
    assert client.get("/rec/X.1280?on=2026-01-01", headers={"Accept": "text/turtle"}).status_code == 400
    assert client.get("/rec/X.1280?on=yesterday", headers=HTML).status_code == 400
    assert client.get("/rec/X.1280?lang=%3Cscript%3E", headers=HTML).status_code == 400


@pytest.mark.parametrize("words", ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "{{7*7}}", "%(n)s", "'\"&"])
def test_what_is_typed_is_shown_as_text(client: TestClient, words: str) -> None:
    markup = client.get("/find", params={"q": words}, headers=HTML).text
    assert html.escape(words, quote=False).replace("'", "&#39;") in markup.replace("&#34;", '"') or html.escape(words) in markup.replace(
        "&#34;", "&quot;"
    ).replace("&#39;", "&#x27;")
    assert not re.search(r"<script(?![^>]* src=\"/static)|<img", markup)


def test_static_files_are_kept_for_ever_and_no_path_leads_out(client: TestClient) -> None:
    style = re.search(r'href="(/static/[^"]+/style\.css)"', page(client, "/"))[1]  # type: ignore[index]
    answer = client.get(style)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in client.get("/static/old/style.css").headers["cache-control"]
    for path in (
        "/static/x/../../site.py",
        "/static/x/%2e%2e/site.py",
        "/static/x/../templates/base.html",
        "/static/x/",
        "/static/x//etc/passwd",
    ):
        assert client.get(path).status_code == 404


def test_the_policy_forbids_what_is_inline(client: TestClient) -> None:
    for path in EVERY:
        policy = client.get(path, headers=HTML).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"https?:", policy)


# What new users stumbled over (docs/how-to/pages-tried.md)


def test_a_search_keeps_the_day_that_is_replayed(client: TestClient) -> None:
    assert 'type="hidden" name="on" value="2026-04-10"' in page(client, "/?on=2026-04-10")
    answer = client.get("/find?q=circular+104&on=2026-04-10", follow_redirects=False)
    assert answer.headers["location"] == "/circular/2025-2028/104?on=2026-04-10"


def test_a_draft_tells_its_outcome_as_of_the_day(client: TestClient) -> None:
    before, after = (text_of(page(client, f"/draft/2025-2028/104/2?on={day}")) for day in ("2026-04-10", "2026-06-10"))
    assert "Outcome pending" in before
    assert "X.1286 (06/2026)" not in before
    assert "Outcome approved X.1286 (06/2026) , 10 June 2026" in after


def test_a_consultation_is_not_open_before_it_was_sent(client: TestClient) -> None:
    said = text_of(page(client, "/consultation/2025-2028/104?on=2026-01-01"))
    assert "not yet sent" in said
    assert "days left" not in said


def test_a_conflict_that_nobody_could_see_yet_is_not_shown(client: TestClient) -> None:
    assert "two owners" in text_of(page(client, "/rec/X.1282"))
    assert "two owners" not in text_of(page(client, "/rec/X.1282?on=2025-04-10"))


def test_a_page_that_knows_no_day_says_so(client: TestClient) -> None:
    assert "whatever the day" in text_of(page(client, "/body/etsi?on=2026-04-10"))
    assert "whatever the day" not in text_of(page(client, "/body/etsi"))


def test_doubts_about_the_rule_stand_beside_it(client: TestClient) -> None:
    said = text_of(page(client, "/consultation/2025-2028/104"))
    assert "warning The 70 per cent read as a share of the Member States" in said


def test_a_number_that_was_proposed_for_another_text_lends_it_nothing(client: TestClient) -> None:
    markup = page(client, "/rec/X.1771")
    said = text_of(markup)
    assert "Circular 79 (2022-2024), item 5 proposed this number for a text that became X Suppl. 39" in said
    assert "/work-item/X.rdda" not in links(markup)
    assert client.get("/api/v1/recommendations/X.1771").json()["provisional_names"] == []
    assert "Came of X.rdda" in text_of(page(client, "/sup/X/39"))
    assert 'href="/work-item/X.rdda"' in page(client, "/sup/X/39")


def test_a_revision_that_was_overtaken_is_not_called_open(client: TestClient) -> None:
    said = text_of(page(client, "/work-item/X.1280-rev"))
    assert "approved since 10 June 2026" in said
    assert "What became of it X.1280 , approved on 10 June 2026" in said
    assert "under development" in text_of(page(client, "/work-item/X.1280-rev?on=2026-01-10"))


def test_an_outcome_leads_to_what_says_so(client: TestClient) -> None:
    assert "/draft/2022-2024/79/5/outcome" in links(page(client, "/work-item/X.rdda"))
    assert "said by a curator, with a reason" in text_of(page(client, "/draft/2022-2024/79/5/outcome"))


def test_changes_of_one_question_and_its_new_version(client: TestClient) -> None:
    said = text_of(page(client, "/changes?from=2026-01-01&to=2026-06-30&question=Q10/17"))
    assert "Q10/17 (2026) 30 January 2026 ; continues Q10/17 (2025), Q3/17 (2025)" in said
    assert "X.ig-dw" not in said
    assert "X.accsadlt" in said


def test_a_stage_leads_to_what_it_means(client: TestClient) -> None:
    markup = page(client, "/rec/X.1280")
    assert "/words#in-force" in links(markup)
    words = page(client, "/words")
    stages = {
        "in-force",
        "in-consultation",
        "consultation-closed",
        "under-development",
        "determined",
        "approved",
        "became-other",
        "withdrawn",
    }
    assert all(f'id="{stage}"' in words for stage in stages)


def test_the_graph_takes_what_people_type(client: TestClient) -> None:
    for typed, path in (("x1280", "rec%2FX.1280"), ("Q10/17", "question%2F17%2F10")):
        assert client.get(f"/explore?thing={typed}", follow_redirects=False).headers["location"] == f"/explore?thing={path}"


def test_study_periods_count_circulars_alone(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/periods.csv").text)))
    known = list(csv.DictReader(io.StringIO(client.get("/circulars.csv").text)))
    assert sum(int(row["circulars"]) for row in rows) == len(known)


def test_the_picture_names_no_question_before_a_source_did(client: TestClient) -> None:
    markup = page(client, "/rec/X.1280")
    rows = re.findall(r"<title>(Q10/17[^<]*|not known)</title>", markup)
    assert rows == ["not known", "Q10/17 · listed 11 Dec 2025"]


def test_a_study_period_leads_to_its_texts_meetings_and_circulars(client: TestClient) -> None:
    found = links(page(client, "/period/2025-2028"))
    assert {"/recommendations?period=2025-2028", "/meeting/sg17/2026-06", "/circular/2025-2028/104"} <= found


def test_a_circular_shows_its_rule(client: TestClient) -> None:
    assert "Rule WTSA Resolution 1 (Geneva, 2022), clause 9.4; 70 % of the replies received" in text_of(
        page(client, "/circular/2025-2028/104")
    )
    assert "Rule WTSA Resolution 1 (Geneva, 2022), clause 9.4" in text_of(page(client, "/consultation/2025-2028/104"))


def test_evidence_of_a_document_in_two_languages_tells_whose_lines_it_counts(
    two_versions: EmbeddedStore, catalogue: QueryLibrary, dataset: Path
) -> None:
    with TestClient(create_app(two_versions, catalogue, dataset / "dataset.nq")) as client:
        shown = page(client, "/consultation/2025-2028/302")
        slips = re.findall(r'href="(/lines/circular/2025-2028/302\?[^"]*version=(en|fr)[^"]*)"[^>]*>(.*?)</a>', shown)
        assert {language for _, language, _ in slips} == {"en", "fr"}
        assert all(words.strip().endswith(f"({language})") for _, language, words in slips)
        assert all("version=" in href for href in re.findall(r'href="(/lines/circular/2025-2028/302[^"]*)"', shown))
        assert "version=" not in page(client, "/consultation/2025-2028/104")
        href = next(href for href, language, _ in slips if language == "fr").replace("&amp;", "&").partition("#")[0]
        rows = re.findall(r'<th scope="row" id="l\d+">.*?</th>', page(client, href))
        assert rows
        assert all("(fr)" in row for row in rows)


@pytest.mark.parametrize("language", ["en", "zh", "fr", "es", "ru", "ar"])
def test_the_home_page_tells_circulars_that_were_read_from_those_that_are_only_named(client: TestClient, language: str) -> None:
    shown = page(client, f"/?lang={language}")
    said = shown.partition('id="known"')[2].partition("</p>")[0]
    known = client.get("/api/v1/circulars").json()
    numbers = [int(number) for number in re.findall(r"\d+", text_of("<p" + said))]
    assert numbers[0] == known["known_until"]["circulars"]["read"] == 5
    assert known["known_until"]["circulars"]["known_by_number"] == known["total"] - 5
    assert 'lang="en"' not in said or language == "en"
