"""The small readers: mentions, lists, bodies, dates, labels, standards."""

from datetime import date
from pathlib import Path

import pytest

from sg17kg.extraction import gazetteer
from sg17kg.extraction.gazetteer import Inflection
from sg17kg.extraction.language import LanguagePack
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import Days, days_of, moment_of
from sg17kg.extraction.letter.labels import contacts, walk
from sg17kg.extraction.letter.text_references import mentions
from sg17kg.extraction.questions import text_lists
from sg17kg.extraction.questions.relations import bodies
from sg17kg.extraction.tap.drafts import references
from sg17kg.extraction.tap.notes import Note, ipr_statements
from sg17kg.readers.document import Document, Line, TextSpan, fold
from tests import ROOT
from tests.reading import Read


@pytest.fixture
def pack(packs: tuple[LanguagePack, ...]) -> LanguagePack:
    return next(pack for pack in packs if pack.language == "zh")


@pytest.mark.parametrize(
    ("printed", "number", "name", "kind", "part"),
    [
        ("X.1286（原X.accsadlt）新建议书草案", "X.1286", "X.accsadlt", "new", None),
        ("X.1150 (X.saf-dfs)、", "X.1150", "X.saf-dfs", None, None),
        ("X.1901(X.aas)", "X.1901", "X.aas", None, None),
        ("X.1286新草案（原X.accsadlt）", "X.1286", "X.accsadlt", "new", None),
        ("ITU-T X.1280建议书修订草案", "X.1280", None, "revised", None),
        ("X1373建议书草案", "X.1373", None, None, None),
        ("X.1352建议书新修正1草案", "X.1352", None, "amendment", "Amd.1"),
        ("X.1333 Cor.1", "X.1333", None, "corrigendum", "Cor.1"),
        ("X.1333建议书勘误2草案", "X.1333", None, "corrigendum", "Cor.2"),
        ("X系列建议书增补45（原X.sup-foo）草案", "X Suppl. 45", "X.sup-foo", "supplement", None),
        ("X.5Gsec-asra新建议书草案", None, "X.5Gsec-asra", "new", None),
    ],
)
def test_every_notation_of_a_draft_is_read(
    printed: str, number: str | None, name: str | None, kind: str | None, part: str | None, pack: LanguagePack
) -> None:
    found = mentions(fold(printed), pack)
    assert [(entry.restored, entry.name, entry.kind, entry.part) for entry in found] == [(number, name, kind, part)]


def test_a_kind_word_governs_the_run_before_it(pack: LanguagePack) -> None:
    found = mentions("X.1001建议书修订草案以及X.1002、X.1003和X.1004新建议书草案", pack)
    assert [entry.kind for entry in found] == ["revised", "new", "new", "new"]


@pytest.mark.parametrize("text", ["IMT-2020/5G", "C2M2", "MFA、AI", "第1号决议", "SG17-R25", "B2M/M2M", "UTF-8"])
def test_what_only_looks_like_a_number_is_none(text: str, pack: LanguagePack) -> None:
    assert [entry for entry in mentions(text, pack) if entry.number] == []


def test_lists_elide_supplements_and_may_be_interrupted(pack: LanguagePack) -> None:
    entries = text_lists.published("X.1001、X.1002（与第2研究组一起）以及增补7、8和9、E.409、X系列建议书增补13、27、XSTR.foo", pack)
    rows = [(entry.id, entry.type, entry.joint_with) for entry in entries if not isinstance(entry, text_lists.Unreadable)]
    assert rows == [
        ("X.1001", "recommendation", None),
        ("X.1002", "recommendation", "SG2"),
        ("X Suppl. 7", "supplement", None),
        ("X Suppl. 8", "supplement", None),
        ("X Suppl. 9", "supplement", None),
        ("E.409", "recommendation", None),
        ("X Suppl. 13", "supplement", None),
        ("X Suppl. 27", "supplement", None),
        ("XSTR.foo", "technical-report", None),
    ]


def test_an_entry_that_fits_no_notation_is_not_lost(pack: LanguagePack) -> None:
    assert text_lists.published("X.1001、甲乙", pack)[1] == text_lists.Unreadable("甲乙")


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("ISO/IEC JTC 1/SC 6、17、27和42", ["ISO/IEC JTC 1/SC 6", "ISO/IEC JTC 1/SC 17", "ISO/IEC JTC 1/SC 27", "ISO/IEC JTC 1/SC 42"]),
        ("国际标准化组织/第12、68和307技术委员会", ["ISO/TC 12", "ISO/TC 68", "ISO/TC 307"]),
        ("国际标准化组织第12技术委员会（ISO/TC 12）第20联合工作组（JWG 20）", ["ISO/TC 12/JWG 20"]),
        ("欧洲电信标准协会（ETSI）保障人工智能安全技术委员会（TC SAI）", ["ETSI TC SAI"]),
        ("NFC论坛；美国国家标准与技术研究院（NIST）", ["NFC Forum", "NIST"]),
        ("SIA（安全身份联盟）", ["Secure Identity Alliance"]),
        ("电气和电子工程师学会（IEEE）", ["IEEE"]),
        ("开放钱包基金会", ["OpenWallet Foundation"]),
        ("IEC/TC 25、IEC/TC 25/JWG 1", ["IEC/TC 25", "IEC/TC 25/JWG 1"]),
    ],
)
def test_bodies_go_by_one_name(printed: str, names: list[str], pack: LanguagePack) -> None:
    reading = ExtractionContext(Document("x", "", ()), pack, gazetteer.load(ROOT / "data" / "curated", "zh", pack.names_in_text))
    assert bodies(reading, fold(printed), 1) == names
    assert reading.findings == []


def test_an_unknown_body_is_kept_as_printed_and_reported(pack: LanguagePack) -> None:
    reading = ExtractionContext(Document("x", "", ()), pack, gazetteer.load(ROOT / "data" / "curated", "zh", pack.names_in_text))
    assert bodies(reading, "某某与某某协会", 7) == ["某某与某某协会"]
    assert [(finding.code, finding.lines) for finding in reading.findings] == [("unknown-body", (7,))]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026年6月1-10日", date(2026, 6, 1), date(2026, 6, 10)),
        ("2023年8月28日至9月8日", date(2023, 8, 28), date(2023, 9, 8)),
        ("2027年12月28日至2028年1月7日", date(2027, 12, 28), date(2028, 1, 7)),
        ("2021年 1月 7日", date(2021, 1, 7), date(2021, 1, 7)),
        ("2023年8月28日 - 9月8日", date(2023, 8, 28), date(2023, 9, 8)),
        ("2023年8月28日起至9月8日", date(2023, 8, 28), date(2023, 9, 8)),
        ("2026年6月1 - 10日", date(2026, 6, 1), date(2026, 6, 10)),
    ],
)
def test_ranges_repeat_only_what_changes(text: str, start: date, end: date, pack: LanguagePack) -> None:
    match = pack.expand("{range}").search(fold(text))
    assert match
    assert days_of(match, pack.months) == Days(start, end)


def test_hour_24_is_midnight_at_the_end_of_the_day(pack: LanguagePack) -> None:
    match = pack.search("deadline", "2028年12月31日协调世界时24时00分前")
    assert match
    assert moment_of(match, pack.months) == "2029-01-01T00:00:00Z"


def test_values_belong_to_the_labels_that_wait(pack: LanguagePack) -> None:
    texts = ["电话：", "+41 22 730 1111", "传真：", "电子", "邮件：", "+41 22 730 2222", "a@b.int"]
    lines = [Line(number, text) for number, text in enumerate(texts, start=1)]
    found = contacts(walk(lines, pack, ("phone", "fax", "email")))
    assert (found.phone, found.fax, found.email) == (("+41 22 730 1111", (2, 2)), ("+41 22 730 2222", (6, 6)), ("a@b.int", (7, 7)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("见[b-ISO/IEC 27005]和[ITU-T Y.4003]", ("ISO/IEC 27005", "ITU-T Y.4003")),
        ("符合OASIS STIX 2.1 [b-STIX v2.1]标准", ("OASIS STIX 2.1",)),
        ("与TAXII v2.1版[b-taxi v 2.1] OASIS标准兼容", ("OASIS TAXII 2.1",)),
        ("需要ITU-T A.5论证，本X.1376建议书", ()),
        ("IEC 62443-3-3与RFC 8446", ("IEC 62443-3-3", "IETF RFC 8446")),
    ],
)
def test_standards_named_in_a_summary(text: str, names: tuple[str, ...]) -> None:
    assert references(text, "X.1376") == names


def test_a_match_knows_its_lines() -> None:
    stretch = TextSpan([Line(4, "第1"), Line(5, ""), Line(6, "号 通函")])
    assert stretch.text == "第1号通函"
    assert stretch.lines_of(0, 3) == (4, 6)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("收到一份有关X.1001草案和三份有关X.1002草案的知识产权声明", {"X.1001": 1, "X.1002": 3}),
        ("收到与X.1001草案相关的一份知识产权声明以及与X.1002草案相关的三份知识产权声明", {"X.1001": 1, "X.1002": 3}),
        ("收到2份有关X.1001和X.1002的IPR声明", {"X.1001": 2, "X.1002": 2}),
        ("尚未收到任何IPR声明", {}),
    ],
)
def test_counts_of_statements_in_either_order(text: str, counts: dict[str, int], pack: LanguagePack) -> None:
    reading = ExtractionContext(Document("x", "", ()), pack, gazetteer.load(ROOT / "data" / "curated", "zh", pack.names_in_text))
    notes = [Note(TextSpan([Line(1, text)]), None)]
    assert ipr_statements(reading, notes, lambda mention: mention.restored) == counts


@pytest.mark.parametrize(
    ("text", "city", "country"),
    [
        ("在韩国高阳市举行", "Goyang", "Republic of Korea"),
        ("在罗马尼亚举行", None, "Romania"),
        ("在突尼斯举行", None, "Tunisia"),
        ("在东京都举行", "Tokyo", None),
        ("在墨西哥城举行", "Mexico City", None),
        ("虚拟会议", None, None),
    ],
)
def test_a_name_inside_a_longer_one_is_not_meant(text: str, city: str | None, country: str | None) -> None:
    place = gazetteer.load(ROOT / "data" / "curated", "zh", Inflection()).places.find(text)
    assert (place and place.city, place and place.country) == (city, country)


def test_a_moment_with_another_offset_is_not_utc(pack: LanguagePack) -> None:
    assert pack.search("utc", "（UTC）")
    assert not pack.search("utc", "（UTC+2）")


def test_a_day_of_no_possible_year_is_none(pack: LanguagePack) -> None:
    for text in ("0026年4月3日", "9999年12月31日"):
        match = pack.expand("{range}").search(text)
        assert match
        assert days_of(match, pack.months) is None


def test_a_corrigendum_without_a_number_is_not_numbered(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    header = "Geneva, 2 March 2026\nRef:\nCorrigendum to TSB Circular 301\nSubject:\nCorrigendum to TSB Circular 301\n\n"
    path.write_text(header + "Dear Sir/Madam,\nPlease read Annex 1 without its last line.\nYours faithfully,\n", "utf-8")
    facts = read(path)
    assert (facts.document.kind, facts.corrigendum, facts.circular.number) == ("corrigendum", None, None)
    assert [mention.circular for mention in facts.refers_to] == [301]
