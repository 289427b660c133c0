"""A file is checked by page and by REST: bounded, in a process of its own, not kept; and what is refused says why."""

import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sarif_pydantic import Sarif  # type: ignore[import-untyped]
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from sg17kg.checks import process
from sg17kg.queries.library import QueryLibrary
from sg17kg.readers.lines import LARGEST_FILE
from sg17kg.rendering.templating import static_files
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.api import upload
from sg17kg.web.app import create_app
from tests import FIXTURES, ROOT
from tests.letters.composing import as_docx, compose
from tests.patience import PATIENT

SPOILED = FIXTURES / "12-contradictions.txt"
SIXTH = ROOT / "tests" / "fixtures" / "consequences" / "sixth.txt"
API, PAGE = "/api/v1/check", "/check"
HTML = {"Accept": "text/html"}


def sent(content: bytes, name: str = "letter.txt") -> dict[str, tuple[str, bytes]]:
    return {"file": (name, content)}


@pytest.fixture(scope="module")
def client(store: EmbeddedStore, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    """A service whose checks have more time than usual: machines that test may be busy with much else."""
    with TestClient(create_app(store, catalogue, dataset / "dataset.nq", PATIENT), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def sixth(client: TestClient) -> dict[str, object]:
    answer = client.post(API, files=sent(SIXTH.read_bytes(), "C:\\Users\\somebody\\sixth.txt"))
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "application/json", "no-store")
    found = answer.json()
    assert isinstance(found, dict)
    return found


def test_the_limit_of_the_service_is_that_of_the_readers() -> None:
    assert upload.LARGEST == LARGEST_FILE


def test_rest_gives_findings_with_rule_source_and_the_other_side(sixth: dict[str, object], store: EmbeddedStore) -> None:
    assert (sixth["file"], sixth["kind"], sixth["against"]) == ("sixth.txt", "tap-consultation", store.version)
    assert isinstance(sixth["findings"], list)
    (report,) = [finding for finding in sixth["findings"] if finding["code"] == "report-used-twice"]
    (side,) = report["others"]
    assert (side["document"], side["lines"]) == ("TSB Circular 104 (2025-2028)", [47, 47])
    assert {"number-already-given", "work-item-title-changed", "short-notice"} <= {finding["code"] for finding in sixth["findings"]}


def test_alone_the_graph_is_not_asked(client: TestClient) -> None:
    found = client.post(f"{API}?against=no", files=sent(SIXTH.read_bytes())).json()
    assert found["against"] is None
    assert {finding["found_by"] for finding in found["findings"]} == {"extraction"}


def test_sarif_by_accept(client: TestClient) -> None:
    answer = client.post(f"{API}?against=no", files=sent(SPOILED.read_bytes()), headers={"Accept": "application/sarif+json"})
    assert answer.headers["content-type"] == "application/sarif+json"
    Sarif.model_validate(answer.json())
    (run,) = answer.json()["runs"]
    assert {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]} == {"letter.txt"}
    assert client.post(API, files=sent(b"x"), headers={"Accept": "text/turtle"}).status_code == 406


def test_the_document_of_the_service_describes_it(client: TestClient) -> None:
    (operation,) = client.get("/openapi.json").json()["paths"][API].values()
    assert {"406", "408", "413", "415", "422", "503", "504"} <= set(operation["responses"])
    assert set(operation["responses"]["200"]["content"]) == {"application/json", "application/sarif+json"}
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["properties"]["file"]["format"] == "binary"


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"hello", 422, "no circular"),
        (b"\0\1", 415, "binary"),
        (b"{\\rtf1", 415, "RTF"),
        (b"", 422, "is empty"),
        (b"PK\x03\x04 broken", 415, "letter.txt"),
        (b"x" * (21 << 20), 413, "larger than 20 MiB"),
    ],
)
def test_what_is_refused_says_why_to_programs_and_people(client: TestClient, content: bytes, status: int, told: str) -> None:
    problem = client.post(API, files=sent(content))
    page = client.post(PAGE, files=sent(content), headers=HTML)
    assert (problem.status_code, page.status_code) == (status, status)
    assert problem.headers["content-type"] == "application/problem+json"
    assert told in problem.json()["detail"]
    assert 'role="alert"' in page.text
    assert told in page.text
    assert "<form" in page.text


@pytest.mark.parametrize(
    ("files", "data", "status", "told"),
    [
        ({"other": ("a.txt", b"x")}, {}, 400, "field"),
        ({}, {"file": "text"}, 415, "multipart"),
        ({"file": ("a.txt", b"x")}, {"more": "y"}, 400, "more"),
        ({"file": ("", b"")}, {}, 400, "no file"),
    ],
)
def test_a_form_of_another_kind_is_refused(
    client: TestClient, files: dict[str, tuple[str, bytes]], data: dict[str, str], status: int, told: str
) -> None:
    answer = client.post(API, files=files or None, data=data)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_two_files_are_one_too_many(client: TestClient) -> None:
    answer = client.post(API, files=[("file", ("a.txt", b"x")), ("file", ("b.txt", b"y"))])
    assert answer.status_code == 400


def test_the_address_knows_its_methods_and_parameters(client: TestClient) -> None:
    answer = client.get(API)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
    assert client.delete(PAGE).headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.post(f"{API}?on=2026-01-01", files=sent(b"x")).status_code == 400


# Pages


class Texts(HTMLParser):
    """The links, and the elements with an inline script, style or handler."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [given["href"]] if tag == "a" and given.get("href") else []  # type: ignore[list-item]
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given) or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.fixture(scope="module")
def page(client: TestClient) -> str:
    answer = client.post(f"{PAGE}?lang=en", files=sent(SIXTH.read_bytes(), "<b>sixth.txt"), headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


def test_the_form_works_without_scripts(client: TestClient) -> None:
    text = client.get(f"{PAGE}?lang=ar").text
    assert 'method="post" enctype="multipart/form-data" action="/check?lang=ar"' in text
    assert 'type="file" name="file" required' in text
    assert Texts(text).inline == []
    assert "check.js" in static_files().files


def test_the_page_shows_findings_their_lines_rules_and_links_to_the_other_side(client: TestClient, page: str) -> None:
    texts = Texts(page)
    assert texts.inline == []
    assert "数字水印实施指南（第二稿）" in page
    assert "WTSA Resolution 1, clause 9.3" in page
    (line, *_) = [link for link in texts.links if link.startswith("/lines/circular/2025-2028/104") and "first=47" in link]
    assert client.get(line).status_code == 200
    edition = next(link for link in texts.links if link.startswith("/rec/X.1286/2026-06"))
    assert client.get(edition, headers=HTML).status_code == 200


def test_what_the_file_says_and_is_called_is_shown_as_text(client: TestClient, page: str) -> None:
    assert "&lt;b&gt;sixth.txt" in page
    sly = SPOILED.read_text("utf-8").replace("摘要", "<script>alert(1)</script>", 1).encode()
    answer = client.post(PAGE, files=sent(sly), data={"alone": "yes"}, headers=HTML)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_without_the_graph_the_page_says_so(client: TestClient) -> None:
    text = client.post(f"{PAGE}?lang=en", files=sent(SIXTH.read_bytes()), data={"alone": "yes"}, headers=HTML).text
    assert "Not held against the graph." in text
    assert "The other side:" not in text


def test_lines_of_the_file_run_as_its_language_does(client: TestClient, page: str) -> None:
    arabic = as_docx(compose("tap-consultation", 1, "ar"))
    text = client.post(f"{PAGE}?lang=en", files=sent(arabic, "letter.docx"), data={"alone": "yes"}, headers=HTML).text
    assert '<ol class="excerpt" lang="ar" dir="rtl">' in text
    assert '<ol class="excerpt" lang="zh" dir="ltr">' in page


def test_every_page_leads_to_it(client: TestClient) -> None:
    assert (
        PAGE in Texts(client.get("/?lang=en", headers=HTML).text).links or f"{PAGE}?lang=en" in client.get("/?lang=en", headers=HTML).text
    )


# What a stranger's file may take


def test_a_file_is_held_in_memory_alone(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def rollover(_: object) -> None:
        raise AssertionError("written to disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    assert client.post(API, files=sent(b"\0" * (19 << 20))).status_code == 415


def test_look_ups_are_answered_while_a_file_is_checked(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = tmp_path / "go-on"
    waits = f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.02)\nprint('{{}}')"
    monkeypatch.setattr(process, "_COMMAND", ("-c", waits))
    with ThreadPoolExecutor(1) as other:
        checking = other.submit(client.post, API, files=sent(SIXTH.read_bytes()))
        try:
            assert [client.get("/api/v1/recommendations/X.1280/owner").status_code for _ in range(20)] == [200] * 20
            assert not checking.done()
        finally:
            go_on.touch()
        assert checking.result().status_code == 200


@pytest.mark.parametrize("path", [API, PAGE])
def test_a_client_that_goes_ends_its_check(
    path: str, store: EmbeddedStore, catalogue: QueryLibrary, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is whole, the check has begun, and the client disconnects."""
    ended = []

    async def run(*_: object) -> bytes:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(path)
        return b""

    monkeypatch.setattr(process.CheckProcesses, "run", run)
    application = create_app(store, catalogue, dataset / "dataset.nq", PATIENT)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nsome text\r\n--x--\r\n'
    assert asyncio.run(status_for_one_who_goes(application, path, body)) == 499
    assert ended == [path]


@pytest.mark.parametrize("path", [API, PAGE])
def test_a_client_that_goes_during_its_upload_is_no_fault(path: str, store: EmbeddedStore, catalogue: QueryLibrary, dataset: Path) -> None:
    application = create_app(store, catalogue, dataset / "dataset.nq", PATIENT)
    assert asyncio.run(status_for_one_who_goes(application, path, b"--x\r\nContent-Disp", whole=False)) == 499


async def status_for_one_who_goes(application: ASGIApp, path: str, body: bytes, *, whole: bool = True) -> int:
    """The status for the log, of a client that sends a body, or the beginning of one, and disconnects."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": not whole}, {"type": "http.disconnect"}]
    sent_back: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message: Message) -> None:
        sent_back.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=x"), (b"content-length", b"500")]
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "scheme": "http", "http_version": "1.1", "asgi": {"version": "3.0"},
    }  # fmt: skip
    await application(scope, receive, send)
    return int(sent_back[0]["status"])
