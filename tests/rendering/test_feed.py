"""The Atom feed, read back by parsers that know nothing of us."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta, timezone

import feedparser  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sg17kg.rendering.feed import Entry, feed

ATOM = {"": "http://www.w3.org/2005/Atom"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
OLD = Entry(
    id="https://kg.example/circular/1",
    title="Circular 1: <b>consultation</b> & more",
    updated=datetime(2031, 1, 1, 10, tzinfo=UTC),
    url="https://kg.example/circular/1?a=1&b=2",
    summary="Two drafts are sent out",
    category="circular",
)
NEW = Entry(
    id="https://kg.example/edition/2",
    title="X.9999 版本 2",
    updated=datetime(2031, 2, 1, 10, 0, 0, 999, timezone(timedelta(hours=2))),
    url="https://kg.example/edition/2",
    summary="A new edition",
    category="edition",
    language="zh",
)
FALLBACK = datetime(2030, 12, 31, tzinfo=UTC)
XML_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


def written(*entries: Entry) -> bytes:
    return feed("News of SG17", "https://kg.example/feed", "https://kg.example/feed.atom", "https://kg.example/", entries, FALLBACK)


def read(*entries: Entry) -> ET.Element:
    return ET.fromstring(written(*entries))


def with_texts(text: str) -> Entry:
    return Entry(text, text, FALLBACK, text, text, text, text)


def text_of(element: ET.Element, path: str) -> str:
    found = element.findtext(path, namespaces=ATOM)
    assert found is not None, path
    return found


def links(element: ET.Element) -> dict[str | None, str | None]:
    return {link.get("rel"): link.get("href") for link in element.findall("link", ATOM)}


def test_a_feed_has_what_the_standard_requires() -> None:
    root = read(OLD, NEW)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert (text_of(root, "id"), text_of(root, "title")) == ("https://kg.example/feed", "News of SG17")
    assert (text_of(root, "author/name"), text_of(root, "generator")) == ("sg17kg", "sg17kg")
    assert links(root) == {"self": "https://kg.example/feed.atom", "alternate": "https://kg.example/"}


def test_an_entry_has_what_the_standard_requires() -> None:
    (entry,) = read(OLD).findall("entry", ATOM)
    assert (text_of(entry, "id"), text_of(entry, "title"), text_of(entry, "summary")) == (OLD.id, OLD.title, OLD.summary)
    assert links(entry) == {"alternate": OLD.url}
    assert [category.get("term") for category in entry.findall("category", ATOM)] == ["circular"]


def test_no_element_stands_twice_where_once_is_allowed() -> None:
    root = read(OLD)
    for element in (root, *root.findall("entry", ATOM)):
        tags = [child.tag for child in element if not child.tag.endswith(("}link", "}entry"))]
        assert len(tags) == len(set(tags))


def test_dates_are_rfc_3339_in_utc() -> None:
    dates = [element.text or "" for element in read(OLD, NEW).iter("{http://www.w3.org/2005/Atom}updated")]
    assert dates == ["2031-02-01T08:00:00Z", "2031-02-01T08:00:00Z", "2031-01-01T10:00:00Z"]
    assert all(RFC_3339.fullmatch(moment) for moment in dates)


def test_a_feed_without_entries_has_the_given_date() -> None:
    assert text_of(read(), "updated") == "2030-12-31T00:00:00Z"


def test_the_newest_entry_is_first() -> None:
    assert [text_of(entry, "id") for entry in read(OLD, NEW).findall("entry", ATOM)] == [NEW.id, OLD.id]


def test_the_title_says_its_language() -> None:
    titles = [entry.find("title", ATOM) for entry in read(OLD, NEW).findall("entry", ATOM)]
    assert [title.get(LANGUAGE) for title in titles if title is not None] == ["zh", "en"]


def test_the_same_entries_in_another_order_give_the_same_bytes() -> None:
    same_moment = Entry("https://kg.example/edition/1", "t", NEW.updated, NEW.url, "s", "edition")
    assert written(OLD, NEW, same_moment) == written(same_moment, NEW, OLD)


def test_a_feed_reader_reads_it_without_complaint() -> None:
    parsed = feedparser.parse(written(OLD, NEW))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert (parsed.feed.id, parsed.feed.title, parsed.feed.author) == ("https://kg.example/feed", "News of SG17", "sg17kg")
    new, old = parsed.entries
    assert (new.id, new.title, new.link, new.summary, new.tags[0].term) == (NEW.id, NEW.title, NEW.url, NEW.summary, "edition")
    assert (new.title_detail.language, new.title_detail.type) == ("zh", "text/plain")
    assert new.updated_parsed[:6] == (2031, 2, 1, 8, 0, 0)
    assert old.title == OLD.title


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"https://kg\.example/1: .* no time zone"):
        Entry("https://kg.example/1", "t", datetime(2031, 1, 1), "https://kg.example/1", "s", "circular")
    with pytest.raises(ValueError, match="no time zone"):
        feed("t", "https://kg.example/feed", "s", "h", [], datetime(2031, 1, 1))


def test_a_hostile_title_stays_text() -> None:
    hostile = "</title></entry><entry>]]>\x00\x1b\ud800\ufffe<!-- &lt;"
    root = read(with_texts(hostile))
    assert len(root.findall("entry", ATOM)) == 1
    assert text_of(root, "entry/title") == "</title></entry><entry>]]><!-- &lt;"
    assert not feedparser.parse(written(with_texts(hostile))).bozo


@given(XML_TEXT)
def test_any_text_that_xml_can_hold_comes_back(text: str) -> None:
    root = read(with_texts(text))
    (entry,) = root.findall("entry", ATOM)
    assert {text_of(entry, path) for path in ("id", "title", "summary")} == {text}
    assert links(entry) == {"alternate": text}


@given(st.text(st.characters()))
def test_no_text_breaks_the_feed_or_adds_to_it(text: str) -> None:
    content = feed(text, text, text, text, [with_texts(text)], FALLBACK)
    assert [element.tag for element in ET.fromstring(content).iter()] == [element.tag for element in read(OLD).iter()]
