"""Letters on which a hasty reader errs: another circular's deadline, a text that is only described, a workshop on approval."""

from collections.abc import Mapping
from typing import Any

import pytest

from sg17kg import facts_json, readers
from sg17kg.extraction.extractor import Extractor
from sg17kg.extraction.letter.text_references import mentions
from sg17kg.extraction.tap.drafts import references

# the least that a letter of a language has: number, date, subject, salutation; and its end
FRAMES = {
    "en": ("{number}\nGeneva, 2 March 2031\nTo:\n- ITU Member States\nSubject:\n{subject}\n\nDear Sir/Madam,", "Yours faithfully,"),
    "fr": ("{number}\nGenève, le 2 mars 2031\nRéf.:\nObjet:\n{subject}\n\nMadame, Monsieur,\nUIT TSB", "Veuillez agréer,"),
    "es": ("{number}\nGinebra, 2 de marzo de 2031\nRef.:\nAsunto:\n{subject}\n\nMuy señora mía:\nUIT TSB", "Atentamente,"),
    "ru": ("{number}\nЖенева, 2 марта 2031 года\nОсн.:\nПредмет:\n{subject}\n\nУважаемая госпожа,\nМСЭ БСЭ", "С уважением,"),
    "ar": ("{number}\nجنيف، 2 مارس 2031\nالمرجع:\nالموضوع:\n{subject}\n\nحضرات السادة والسيدات،\nالاتحاد", "وتفضلوا"),
    "zh": ("{number}\n2031年3月2日，日内瓦\n文号：\n事由：\n{subject}\n\n尊敬的先生/女士：\n国际电信联盟 电信标准化局", "顺致敬意"),
}
NUMBERS = {
    "en": "TSB Circular 350",
    "fr": "Circulaire TSB 350",
    "es": "Circular TSB 350",
    "ru": "Циркуляр 350 БСЭ",
    "ar": "الرسالة المعممة 350 لمكتب تقييس الاتصالات",
    "zh": "电信标准化局第350号通函",
}


def read(extractor: Extractor, lang: str, subject: str, body: str, number: str | None = None) -> Mapping[str, Any]:
    head, end = FRAMES[lang]
    text = "\n".join([head.format(number=number or NUMBERS[lang], subject=subject), body, end, ""])
    document = readers.read_bytes("letter.txt", text.encode())
    return facts_json.to_object(extractor.extract(document))


def decided(facts: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(entry["number"], entry["decision"]) for entry in facts["decisions"]]


DELETIONS = [
    (
        "en",
        "Deletion of Recommendations ITU-T K.901 and L.902",
        "1\tTSB Circular 312 of 9 January 2031 spoke of the proposed deletion of Recommendations ITU-T K.901 and L.902.",
        "2\tNobody was against it. Recommendations ITU-T K.901 and L.902 are deleted. Recommendation ITU-T K.903 stays.",
    ),
    (
        "fr",
        "Suppression des Recommandations UIT-T K.901 et L.902",
        "1\tLa Circulaire TSB 312 du 9 janvier 2031 parlait de la proposition de suppression des Recommandations UIT-T K.901 et L.902.",
        "2\tPersonne ne s'y est opposé: les Recommandations UIT-T K.901 et L.902 sont supprimées.",
    ),
    (
        "es",
        "Supresión de las Recomendaciones UIT-T K.901 y L.902",
        "1\tLa Circular TSB 312 del 9 de enero de 2031 trataba de la propuesta de supresión de las Recomendaciones UIT-T K.901 y L.902.",
        "2\tNadie se opuso: las Recomendaciones UIT-T K.901 y L.902 quedan suprimidas.",
    ),
    (
        "ru",
        "Исключение Рекомендаций МСЭ-Т K.901 и L.902",
        "1\tВ Циркуляре 312 БСЭ от 9 января 2031 года речь шла о предложении исключить Рекомендации МСЭ-Т K.901 и L.902.",
        "2\tНикто не возразил. Рекомендации МСЭ-Т K.901 и L.902 исключены.",
    ),
    (
        "ar",
        "إلغاء التوصيتين ITU-T K.901 و ITU-T L.902",
        "1\tتحدثت الرسالة المعممة 312 لمكتب تقييس الاتصالات المؤرخة 9 يناير 2031 عن اقتراح إلغاء التوصيتين ITU-T K.901 و ITU-T L.902.",
        "2\tولذلك ألغيت التوصيتان ITU-T K.901 و ITU-T L.902.",
    ),
    (
        "zh",
        "删除ITU-T K.901和ITU-T L.902建议书",
        "1\t2031年1月9日电信标准化局第312号通函提议删除ITU-T K.901和ITU-T L.902建议书。",
        "2\t无人反对，ITU-T K.901和ITU-T L.902建议书已删除。",
    ),
]


@pytest.mark.parametrize(("lang", "subject", "then", "now"), DELETIONS, ids=[entry[0] for entry in DELETIONS])
def test_what_another_circular_had_proposed_is_not_what_this_one_decides(
    extractor: Extractor, lang: str, subject: str, then: str, now: str
) -> None:
    facts = read(extractor, lang, subject, f"{then}\n{now}")
    assert facts["document"]["kind"] == "deletion"
    assert decided(facts) == [("K.901", "deleted"), ("L.902", "deleted")]
    assert facts["refers_to"] == [{"circular": 312, "date": "2031-01-09"}]


DESCRIBED = [
    (
        "en",
        "Approval of Recommendation ITU-T X.9901",
        "1\tOn 27 February 2031 Study Group 17 approved Recommendation ITU-T X.9901, which adds to Recommendation ITU-T X.9902.",
    ),
    (
        "fr",
        "Approbation de la Recommandation UIT-T X.9901",
        "1\tLa Commission d'études 17 a approuvé la Recommandation UIT-T X.9901, qui complète la Recommandation UIT-T X.9902.",
    ),
    (
        "es",
        "Aprobación de la Recomendación UIT-T X.9901",
        "1\tLa Comisión de Estudio 17 ha aprobado la Recomendación UIT-T X.9901, que completa la Recomendación UIT-T X.9902.",
    ),
    (
        "ru",
        "Утверждение Рекомендации МСЭ-Т X.9901",
        "1\t17-я Исследовательская комиссия утвердила Рекомендацию МСЭ-Т X.9901, которая дополняет Рекомендацию МСЭ-Т X.9902.",
    ),
    (
        "ar",
        "الموافقة على التوصية ITU-T X.9901",
        "1\tوافقت لجنة الدراسات 17 على التوصية ITU-T X.9901، التي تكمل التوصية ITU-T X.9902.",
    ),
    ("zh", "批准ITU-T X.9901建议书", "1\t第17研究组批准了ITU-T X.9901建议书，该建议书补充了ITU-T X.9902建议书。"),
]


@pytest.mark.parametrize(("lang", "subject", "body"), DESCRIBED, ids=[entry[0] for entry in DESCRIBED])
def test_a_text_that_only_describes_another_is_not_decided_on(extractor: Extractor, lang: str, subject: str, body: str) -> None:
    facts = read(extractor, lang, subject, body)
    assert facts["document"]["kind"] == "approval"
    assert decided(facts) == [("X.9901", "approved")]


def test_each_text_has_the_decision_of_its_own_sentence(extractor: Extractor) -> None:
    subject = "Approval of Recommendation ITU-T X.9901 and non-approval of draft Recommendation ITU-T X.9902"
    body = (
        "1\tAfter TSB Circular 312 of 9 January 2031, Study Group 17 approved Recommendation ITU-T X.9901.\n"
        "2\tDraft new Recommendation ITU-T X.9902 was not approved. It went to Question 10/17.\n"
        "3\tAmendment 2 to Recommendation ITU-T X.9903 was postponed."
    )
    assert decided(read(extractor, "en", subject, body)) == [("X.9901", "approved"), ("X.9902", "not-approved"), ("X.9903", "deferred")]


def test_one_sentence_with_two_decisions_is_read_by_its_clauses_or_not_at_all(extractor: Extractor) -> None:
    subject = "Decisions on draft Recommendations"
    parted = "1\tRecommendation ITU-T X.9901 was approved, while Recommendation ITU-T X.9902 was not approved."
    mixed = "1\tOf Recommendations ITU-T X.9901 and ITU-T X.9902 one was approved and the other not approved."
    assert decided(read(extractor, "en", subject, parted)) == [("X.9901", "approved"), ("X.9902", "not-approved")]
    facts = read(extractor, "en", subject, mixed)
    assert decided(facts) == [("X.9901", None), ("X.9902", None)]
    assert "decision-missing" in {finding["code"] for finding in facts["findings"]}


def test_a_text_that_is_not_deleted_is_not(extractor: Extractor) -> None:
    subject = "Result of the consultation on the proposed deletion of Recommendations ITU-T K.901 and L.902"
    body = (
        "1\tAfter TSB Circular 312 of 9 January 2031 two Member States objected to the deletion of Recommendation ITU-T K.901, so "
        "Recommendation ITU-T K.901 is not deleted.\n2\tRecommendation ITU-T L.902 is deleted."
    )
    facts = read(extractor, "en", subject, body)
    assert facts["document"]["kind"] == "deletion"
    assert decided(facts) == [("K.901", "not-deleted"), ("L.902", "deleted")]


WORKSHOPS = [
    ("en", "Workshop on approval and deletion of old standards", "1\tRecommendation ITU-T L.9122 will be discussed on 11 May 2031."),
    ("fr", "Atelier sur l'approbation des équipements et la suppression d'obstacles", "1\tIl porte sur la Recommandation UIT-T F.979."),
    ("es", "Taller sobre la aprobación de equipos", "1\tTrata de la Recomendación UIT-T Q.9550."),
    ("ru", "Семинар по исключению опасных веществ", "1\tОбсуждается Рекомендация МСЭ-Т L.9122."),
    ("ar", "ورشة عمل بشأن الموافقة على المعدات", "1\tتتناول التوصية ITU-T Q.9550."),
    ("zh", "关于设备型号批准的讲习班", "1\t讨论ITU-T X.9552建议书。"),
]


@pytest.mark.parametrize(("lang", "subject", "body"), WORKSHOPS, ids=[entry[0] for entry in WORKSHOPS])
def test_a_workshop_decides_nothing(extractor: Extractor, lang: str, subject: str, body: str) -> None:
    facts = read(extractor, lang, subject, body)
    assert (facts["document"]["kind"], facts["decisions"], facts["drafts"], facts["meeting"]) == ("other", [], [], None)


def test_a_letter_that_speaks_of_the_procedure_and_asks_for_nothing_is_no_consultation(extractor: Extractor) -> None:
    body = "1\tThe traditional approval procedure goes on for texts such as Recommendation ITU-T X.9901."
    assert read(extractor, "en", "Working parties of Study Group 17", body)["document"]["kind"] == "other"


@pytest.mark.parametrize(
    ("lang", "subject", "body"),
    [
        (
            "en",
            "Approval of new Question 46/17 and revised Question 47/17",
            "1\tAfter TSB Circular 312 of 9 January 2031, they are approved.",
        ),
        ("fr", "Approbation de la nouvelle Question 46/17", "1\tAprès la Circulaire TSB 312 du 9 janvier 2031, elle est approuvée."),
        ("zh", "批准第46/17号新课题", "1\t继2031年1月9日电信标准化局第312号通函之后，该课题已获批准。"),
    ],
    ids=["en", "fr", "zh"],
)
def test_the_approval_of_questions_is_no_consultation_on_them(extractor: Extractor, lang: str, subject: str, body: str) -> None:
    facts = read(extractor, lang, subject, body)
    assert (facts["document"]["kind"], facts["questions"], facts["consultation"]) == ("approval", [], None)
    assert facts["refers_to"] == [{"circular": 312, "date": "2031-01-09"}]


CONSULTATION = "Consultation on determined draft new Recommendations ITU-T X.9901 (X.aaa-b) and X.9902 (X.ccc-d), "
CONSULTATION += "for approval at the Study Group 17 meeting, Tunis, 28 November - 7 December 2031"
MEETING = "1\tStudy Group 17 follows the traditional approval procedure of Section 9 of Resolution 1 (Rev. New Delhi, 2024)."
ANNEX = (
    "\nAnnex 1\n1\tDraft new Recommendation ITU-T X.9901 (X.aaa-b) [R41]\nWallets\nSummary\nIt is on wallets.\n"
    "2\tDraft new Recommendation ITU-T X.9902 (X.ccc-d) [TD42/PLEN]\nKeys\nSummary\nIt is on keys.\n"
    "Annex 2\nMember State response to TSB Circular 350:\nOne of the two boxes:\nDraft new Recommendation ITU-T X.9901 (X.aaa-b)\n"
    "\u2610 yes\n\u2610 no\nDraft new Recommendation ITU-T X.9902 (X.ccc-d)\n\u2610 yes\n\u2610 no"
)


def consult(extractor: Extractor, *paragraphs: str) -> Mapping[str, Any]:
    head, end = FRAMES["en"]
    text = "\n".join([head.format(number=NUMBERS["en"], subject=CONSULTATION), MEETING, *paragraphs, end + ANNEX, "Yours faithfully,", ""])
    return facts_json.to_object(extractor.extract(readers.read_bytes("letter.txt", text.encode())))


ASKED = "3\tPlease return Annex 2 by 2359 hours UTC on 16 November 2031."


def test_the_deadline_of_an_earlier_circular_is_not_that_of_this_one(extractor: Extractor) -> None:
    earlier = "2\tTSB Circular 312 of 9 January 2031 had asked for replies by 2359 hours UTC on 1 February 2031."
    assert consult(extractor, earlier, ASKED)["consultation"]["reply_deadline"] == "2031-11-16T23:59:00Z"


def test_a_sentence_on_contributions_beside_the_deadline_takes_nothing_from_it(extractor: Extractor) -> None:
    told = consult(extractor, f"{ASKED} Contributions to the meeting are no replies.")
    assert told["consultation"]["reply_deadline"] == "2031-11-16T23:59:00Z"


def test_the_share_of_replies_is_the_one_from_which_something_follows(extractor: Extractor) -> None:
    share = "4\tLast time 25% came. If 70 per cent or more of the replies agree, a session will apply the approval procedure."
    assert consult(extractor, ASKED, share)["consultation"]["threshold_percent"] == 70


def test_none_is_no_statement(extractor: Extractor) -> None:
    note = "Note by TSB \u2013 TSB has one IPR statement on X.9901 and none on X.9902."
    assert consult(extractor, note, ASKED)["ipr_statements"] == {"X.9901": 1}


def test_a_meeting_of_the_past_is_no_other_word_on_the_meeting(extractor: Extractor) -> None:
    past = "2\tAt its meeting held in Geneva from 3 to 11 December 2030, Study Group 17 determined them."
    facts = consult(extractor, past, ASKED)
    assert (facts["meeting"]["start"], facts["meeting"]["city"]) == ("2031-11-28", "Tunis")
    assert "error" not in {finding["severity"] for finding in facts["findings"]}


def test_the_place_of_a_text_may_name_the_plenary(extractor: Extractor) -> None:
    assert [draft["document"] for draft in consult(extractor, ASKED)["drafts"]] == ["SG17-R41", "SG17-TD42"]


def test_a_virtual_meeting_has_no_place_though_another_has(extractor: Extractor) -> None:
    body = "1\tStudy Group 13 will meet virtually from 3 to 9 June 2031. It met in Geneva from 2 to 10 September 2030."
    facts = read(extractor, "en", "Meeting of Study Group 13, virtual, 3-9 June 2031", body, "TSB Collective letter 6/13")
    assert (facts["meeting"]["virtual"], facts["meeting"]["city"]) == (True, None)


def test_days_of_an_invitation_may_be_printed_as_iso_8601_has_them(extractor: Extractor) -> None:
    body = "1\tStudy Group 13 will meet in Tunis from 3 to 9 June 2031.\n2031-04-03\nRequests for translation\n2031-05-22\nContributions"
    facts = read(extractor, "en", "Meeting of Study Group 13, Tunis, 3-9 June 2031", body, "TSB Collective letter 6/13")
    assert [(entry["what"], entry["on"]) for entry in facts["deadlines"]] == [
        ("translation", "2031-04-03"),
        ("contributions", "2031-05-22"),
    ]


@pytest.mark.parametrize(
    "number", ["Addendum 1 to TSB Circular 312", "Addendum 1 to\nTSB Circular 312", "Corrigendum 1 to TSB Collective letter 5/17"]
)
def test_a_letter_that_goes_with_another_does_not_take_its_number(extractor: Extractor, number: str) -> None:
    facts = read(extractor, "en", "New day for replies", "1\tThe deadline is later.", number)
    assert (facts["circular"]["number"], facts["letter"], facts["document"]["kind"]) == (None, None, "other")


@pytest.mark.parametrize(
    ("lang", "text", "cited"),
    [
        ("ru", "См. ИСО/МЭК 39173", "ISO/IEC 39173"),
        ("fr", "Voir ISO/CEI 39812-1", "ISO/IEC 39812-1"),
        ("es", "Véase CEI 69443", "IEC 69443"),
    ],
)
def test_standards_are_cited_by_the_abbreviations_of_their_issuers(extractor: Extractor, lang: str, text: str, cited: str) -> None:
    pack = next(pack for pack in extractor.packs if pack.language == lang)
    assert references(pack.with_known_issuers(text), None) == (cited,)


def test_a_joint_number_goes_by_its_first_and_keeps_its_provisional_name(extractor: Extractor) -> None:
    pack = next(pack for pack in extractor.packs if pack.language == "en")
    (mention,) = mentions("draft new Recommendation ITU-T Y.9234/F.942.3 (Y.jnt-x)", pack)
    assert (mention.number, mention.name, mention.kind) == ("Y.9234", "Y.jnt-x", "new")
    assert [mention.number for mention in mentions("D.967/X.9261", pack)] == ["D.967"]


def test_a_regional_recommendation_bears_an_r(extractor: Extractor) -> None:
    pack = next(pack for pack in extractor.packs if pack.language == "en")
    (mention,) = mentions("draft new Recommendation ITU-T D.968R (D.fee)", pack)
    assert (mention.number, mention.name) == ("D.968R", "D.fee")
