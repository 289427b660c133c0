"""The page of the reply form: radio buttons without scripts, a Word file out of what was sent, nothing kept."""

import re
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from sg17kg.replies.answers import LARGEST
from sg17kg.replies.phrases import LANGUAGES
from tests.replies.test_form import word_text

PATH = "/consultation/2025-2028/104/reply"
HTML = {"Accept": "text/html"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_the_page_of_a_consultation_has_a_button_to_the_form(client: TestClient) -> None:
    page = client.get("/consultation/2025-2028/104", headers=HTML).text
    assert f'<a class="button" href="{PATH}">' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_offers_the_choices_of_each_text(client: TestClient, language: str) -> None:
    answer = client.get(f"{PATH}?lang={language}", headers=HTML)
    assert answer.status_code == 200
    page = answer.text
    assert f'action="{PATH}?lang={language}"' in page
    for place in range(1, 12):
        values = re.findall(rf'<input type="radio" name="answer-{place}" value="([^"]*)"', page)
        assert values == ["authorizes", "authorizes-with-comments", "does-not-authorize", ""]
    assert f'<option value="{language}" lang="{language}" selected>' in page
    assert "<script" not in page.partition("<main")[2]


def test_a_closed_consultation_is_said_to_be_closed(client: TestClient) -> None:
    assert (
        "Closed on 20 May 2026: a reply that is sent now comes too late." in client.get(f"{PATH}?on=2026-05-21&lang=en", headers=HTML).text
    )
    assert "Closed on" not in client.get(f"{PATH}?on=2026-05-20&lang=en", headers=HTML).text


def test_a_row_of_which_the_circular_is_not_clear_says_so(client: TestClient) -> None:
    page = client.get("/consultation/2022-2024/142/reply", headers=HTML).text
    row = page.partition("X.1818")[2].partition("</fieldset>")[0]
    assert "Elsewhere the circular says otherwise of what kind this text is" in row


def test_what_was_sent_comes_back_as_a_word_file(client: TestClient) -> None:
    fields = {"answer-1": "authorizes", "answer-6": "does-not-authorize", "name": "A. Example", "form_language": "es"}
    answer = client.post(PATH, data=fields)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert answer.headers["content-disposition"] == 'attachment; filename="reply-2025-2028-104-es.docx"'
    assert answer.headers["cache-control"] == "no-store"
    told = word_text(answer.content)
    assert told.count("☒ autoriza a la Comisión de Estudio 17") == 1
    assert told.count("☒ no autoriza") == 1
    assert "A. Example" in told


def test_an_empty_form_is_given_too_in_the_language_of_the_page(client: TestClient) -> None:
    answer = client.post(f"{PATH}?lang=zh", content=b"", headers=FORM)
    assert answer.status_code == 200
    assert "成员国对电信标准化局第104号通函的回复" in word_text(answer.content)


def test_questions_have_their_own_choices(client: TestClient) -> None:
    page = client.get("/consultation/2025-2028/101/reply", headers=HTML).text
    assert re.findall(r'name="answer-1" value="([^"]*)"', page) == ["approves", "does-not-approve", ""]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (urlencode({"answer-1": "maybe"}), 400),
        (urlencode({"answer-99": "authorizes"}), 400),
        (urlencode({"form_language": "de"}), 400),
        (urlencode({"name": "a" * 201}), 400),
        ("name=a&name=b", 400),
        ("name=%ff", 400),
        ("&".join(f"a{number}=1" for number in range(600)), 400),
        ("name=" + "a" * (LARGEST + 1), 413),
    ],
)
def test_what_is_no_answer_is_refused(client: TestClient, body: str, status: int) -> None:
    answer = client.post(PATH, content=body.encode(), headers={**FORM, "Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_another_media_type_an_unknown_parameter_and_an_unknown_circular_are_refused(client: TestClient) -> None:
    assert client.post(PATH, content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    assert client.get(f"{PATH}?colour=red").status_code == 400
    assert client.get("/consultation/2025-2028/999/reply").status_code == 404
    assert client.post("/consultation/2025-2028/107/reply", content=b"", headers=FORM).status_code == 404


def test_what_is_typed_is_escaped_in_the_file_alone(client: TestClient) -> None:
    told = word_text(client.post(PATH, data={"name": "<w:t>&amp;"}).content)
    assert "<w:t>&amp;" in told


def test_another_method_is_told_what_the_address_takes(client: TestClient) -> None:
    answer = client.delete(PATH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert client.options(PATH).headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.options("/consultation/2025-2028/104").headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_complaint_about_a_field_names_all_that_there_are(client: TestClient) -> None:
    answer = client.post(PATH, data={"colour": "red"}, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "answer-11, form_language" in answer.text
