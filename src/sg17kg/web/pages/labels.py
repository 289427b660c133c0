"""Labels of things in the language of the page, from their IRIs."""

import re
from collections.abc import Callable

from markupsafe import Markup

from sg17kg.namespaces import BASE
from sg17kg.rendering.code_labels import N_
from sg17kg.rendering.i18n import Language

_CIRCULAR = N_("TSB Circular %(number)s (%(period)s)")
_LETTER = N_("Collective letter %(number)s/%(group)s (%(period)s)")
_CONSULTATION = N_("Consultation by Circular %(number)s (%(period)s)")
_DRAFT = N_("Circular %(number)s (%(period)s), item %(item)s")
_MEETING = N_("%(group)s meeting, %(month)s")
_PERIOD = N_("Study period %(period)s")
_FORMS: tuple[tuple[re.Pattern[str], Callable[[Language, re.Match[str]], Markup]], ...] = (
    (re.compile(r"circular/([0-9-]+)/([0-9]+)"), lambda language, found: language.say(_CIRCULAR, period=found[1], number=found[2])),
    (
        re.compile(r"collective-letter/sg([0-9]+)/([0-9-]+)/([0-9]+)"),
        lambda language, found: language.say(_LETTER, group=found[1], period=found[2], number=found[3]),
    ),
    (re.compile(r"consultation/([0-9-]+)/([0-9]+)"), lambda language, found: language.say(_CONSULTATION, period=found[1], number=found[2])),
    (
        re.compile(r"draft/([0-9-]+)/([0-9]+)/([0-9]+)"),
        lambda language, found: language.say(_DRAFT, period=found[1], number=found[2], item=found[3]),
    ),
    (
        re.compile(r"meeting/(sg[0-9]+|tsag)/([0-9]{4}-[0-9]{2})"),
        lambda language, found: language.say(_MEETING, group=found[1].upper(), month=language.month(found[2])),
    ),
    (re.compile(r"period/([0-9]{4}-[0-9]{4})"), lambda language, found: language.say(_PERIOD, period=found[1])),
    (re.compile(r"question/([0-9]+)/([0-9]+|[A-Z])"), lambda _, found: Markup("Q{}/{}").format(found[2], found[1])),
    (
        re.compile(r"question/([0-9]+)/([0-9]+|[A-Z])/([0-9]{4}(?:-[0-9]{4})?)"),
        lambda _, found: Markup("Q{}/{} ({})").format(found[2], found[1], found[3]),
    ),
)
_NAMED = re.compile(r"(?:rec|work-item|tr)/([^/]+)")  # things whose label is the name in every language: X.1303 bis


def printed(language: Language, iri: str, label: str | None) -> Markup:
    """Return the name of a thing, else its English label, marked as English, else the path of its IRI."""
    tail = iri.removeprefix(BASE)
    for pattern, form in _FORMS:
        if match := pattern.fullmatch(tail):
            return Markup("<bdi>{}</bdi>").format(form(language, match) if "%" not in tail else label or tail)
    if match := _NAMED.fullmatch(tail):
        return Markup("<bdi>{}</bdi>").format(label or (tail if "%" in tail else match[1]))
    if label is None:
        return Markup("<bdi>{}</bdi>").format(tail)
    if language.tag == "en" or re.fullmatch(r"[A-Z0-9][^a-z]*|[A-Z]\.\S+", label):
        return Markup("<bdi>{}</bdi>").format(label)
    return Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(label)
