"""Body of the letter: procedure, meeting, deadline, counting rule, notes by TSB, signature."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sg17kg.extraction.gazetteer import Place
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import days_of, moment_of
from sg17kg.extraction.letter.footer import without_page_feet
from sg17kg.extraction.letter.groups import group_of
from sg17kg.facts import ConsultationFacts, Lines, MeetingFacts, MeetingMention, Procedure
from sg17kg.readers.document import Line, TextSpan

_PARAGRAPH = re.compile(r"^\d{1,2}[\t .]")
_SENTENCE_END = ".。!！:："
_PLACE_REACH = 14
_PLACE_REACH_IN_WORDS = 48
_SENTENCE_STOP = re.compile(r"[.;:](?= |$)|[\u3002\uff1b]")
_FOLLOWS = ("procedure_applied", "taken_as_approved", "returned", "explicit_replies", "approved_without_replies")
_ASKING = ("annex_reference", "consultation_clause")
_SECTIONS = ("7", "8", "9")
_NAME = re.compile(r"[^\d\W]{2,}(?:[ .·-]+[^\d\W]+){0,4}\.?")


@dataclass(frozen=True)
class Body:
    """The paragraphs of the letter. Lines are joined where a sentence continues."""

    paragraphs: tuple[TextSpan, ...]

    def find(self, reading: ExtractionContext, slot: str) -> tuple[re.Match[str], TextSpan] | None:
        """Return the first paragraph that a slot matches, with the match; None if there is none."""
        for paragraph in self.paragraphs:
            if match := reading.search(slot, paragraph):
                return match, paragraph
        return None


def read_paragraphs(reading: ExtractionContext, lines: Iterable[Line]) -> Body:
    """Return the paragraphs. A line continues the one before it unless that one ended a sentence, or this one is numbered or a note."""
    groups: list[list[Line]] = []
    for line in without_page_feet(reading, lines):
        if not line.text:
            continue
        starts = _PARAGRAPH.match(line.text) or reading.pack.search("note", line.folded)
        if groups and not starts and groups[-1][-1].text[-1] not in _SENTENCE_END and len(groups[-1][-1].text) > 20:
            groups[-1].append(line)
        else:
            groups.append([line])
    return Body(tuple(TextSpan(group) for group in groups))


def read_procedure(reading: ExtractionContext, body: Body, name: str) -> Procedure | None:
    """Return the procedure that the letter applies, and the clause under which it consults."""
    found = body.find(reading, "procedure")
    clause = body.find(reading, "consultation_clause")
    named = body.find(reading, "tap")
    if not found:
        return None
    match, paragraph = found
    lines = paragraph.lines_of_match(match)
    groups = match.groupdict()
    place = reading.reference.places.find(groups["place"]) if groups.get("place") else None
    city, year = place.city if place else None, groups.get("year")
    reading.state("/procedure/name", named[1].lines_of_match(named[0]) if named else reading.evidence.get("/adopted_at/group", lines))
    for field in ("resolution", "revision", "clause"):
        reading.state(f"/procedure/{field}", lines if field != "revision" or year else None)
    reading.cover(paragraph.range, "/procedure")
    if clause:
        reading.state("/procedure/consultation_clause", clause[1].lines_of_match(clause[0]))
        reading.cover(clause[1].range, "/procedure")
    return Procedure(
        name=name,
        resolution=f"WTSA Resolution {match['resolution']}",
        revision=f"{city}, {year}" if city and year else year,
        clause=_clause(reading, match["clause"], clause[0]["clause"] if clause else ""),
        consultation_clause=_clause(reading, clause[0]["clause"], match["clause"]) if clause else None,
    )


def _clause(reading: ExtractionContext, printed: str, other: str) -> str:
    """Return a clause number in logical order: right-to-left text may print "4.9" for clause 9.4.

    The section that the letter names elsewhere ("section 9") decides. Without it, the number is reversed if the result begins
    with a section on approval (WTSA Resolution 1: 7 on Questions, 8 on choosing a procedure, 9 on TAP).
    """
    turned = ".".join(reversed(printed.split(".")))
    first = printed.split(".", maxsplit=1)[0]
    if not reading.pack.reversible or printed == turned or first in other.split(".") or turned.split(".")[0] not in _SECTIONS:
        return printed
    return turned


def read_collective_letter(reading: ExtractionContext, body: Body) -> str | None:
    """Return the number of the collective letter that carries the meeting's agenda."""
    found = body.find(reading, "collective_letter")
    if not found:
        return None
    reading.state("/collective_letter", found[1].lines_of_match(found[0]))
    reading.cover(found[1].range, "/collective_letter")
    return str(found[0]["number"])


def read_meeting(reading: ExtractionContext, subject: TextSpan, body: Body, sent: str | None = None) -> MeetingFacts | None:
    """Return the meeting that is to approve, from the subject first, then from the letter. Contradictions are reported.

    `sent` is the day of the letter. If the meeting in the subject is still to come, one that was over by that day is a different meeting.
    """
    said = [_meeting(reading, stretch, match) for stretch, match in _meetings(reading, subject, body)]
    if not said:
        return None
    if sent and sent <= (said[0][0].start or ""):
        said = [entry for entry in said if sent <= (entry[0].end or sent)]
    for facts, stretch in said:
        reading.cover(stretch.range, "/meeting")
        _report_other_dates(reading, (facts, stretch), said[0])

    def first(field: str) -> str | None:
        for facts, _ in said:
            if value := getattr(facts, field):
                reading.state(f"/meeting/{field}", facts.lines)
                return str(value)
        return None

    virtual = next((entry for entry in said if entry[0].virtual), None)
    placed = virtual or next((entry for entry in said if entry[0].city or entry[0].country), None)
    reading.state("/meeting/virtual", placed[0].lines if placed else None)
    return MeetingFacts(first("group"), first("start"), first("end"), first("city"), first("country"), virtual is not None)


@dataclass(frozen=True)
class _Said:
    group: str | None
    start: str | None
    end: str | None
    city: str | None
    country: str | None
    virtual: bool
    lines: Lines


def _meetings(reading: ExtractionContext, subject: TextSpan, body: Body) -> list[tuple[TextSpan, re.Match[str]]]:
    found: list[tuple[TextSpan, re.Match[str]]] = []
    for stretch in (subject, *body.paragraphs):
        match = reading.search("meeting", stretch) if stretch else None
        if match and not reading.pack.search("deadline", stretch.text):
            found.append((stretch, _of_same_days(reading, stretch, match, found[0][1]) if found else match))
    return found


def _of_same_days(reading: ExtractionContext, stretch: TextSpan, match: re.Match[str], first: re.Match[str]) -> re.Match[str]:
    """Return the meeting in a paragraph that has the days of the first one, else the match. Others that it names are different ones."""
    wanted = days_of(first, reading.pack.months, reading.pack.reversible)
    if not wanted or wanted == days_of(match, reading.pack.months, reading.pack.reversible):
        return match
    others = reading.pack.find_all("meeting", stretch.text)
    return next((other for other in others if days_of(other, reading.pack.months, reading.pack.reversible) == wanted), match)


def _meeting(reading: ExtractionContext, stretch: TextSpan, match: re.Match[str]) -> tuple[_Said, TextSpan]:
    lines = stretch.lines_of_match(match)
    days = days_of(match, reading.pack.months, reading.pack.reversible)
    if days is None:
        reading.find("impossible-date", "error", f"{match[0]!r} holds no possible dates", [lines])
    place, virtual = _place(reading, stretch, match)
    said = _Said(
        group=group_of(match) or _group_near(reading, stretch),
        start=days.start.isoformat() if days else None,
        end=days.end.isoformat() if days else None,
        city=place.city if place else None,
        country=place.country if place else None,
        virtual=virtual,
        lines=lines,
    )
    return said, stretch


def _group_near(reading: ExtractionContext, stretch: TextSpan) -> str | None:
    match = reading.pack.search("adopting_group", stretch.text) or reading.pack.expand("{group}").search(stretch.text)
    return group_of(match) if match else None


def _place(reading: ExtractionContext, stretch: TextSpan, match: re.Match[str]) -> tuple[Place | None, bool]:
    """Return where the meeting is held, from the names around its dates, and whether it is virtual. An unknown name is reported."""
    context = _around_days(stretch.text, match)
    virtual = reading.pack.search("virtual", context) is not None
    place = reading.reference.places.find(match.groupdict().get("place") or "") or reading.reference.places.find(context)
    named = None if virtual else reading.pack.search("meeting_place", stretch.text)
    if not place and named:
        place = reading.reference.places.find(named["place"])
    if not place and not virtual and (named or match.groupdict().get("place")):
        printed = named["place"] if named else match["place"]
        message = f"the place {printed!r} is not known; add it to data/curated/places.yaml"
        reading.find("unknown-place", "warning", message, [stretch.lines_of_match(match)])
    return place, virtual


def _around_days(text: str, match: re.Match[str]) -> str:
    """Return the words beside the days of a meeting, up to the end of the sentence.

    If the date begins with the year, the words before it may name the place of something else (a Resolution's revision).
    """
    first = min(match.start(name) for name in ("year", "day") if match[name])
    last = max(match.end(), first)
    if match["year"] and match.start("year") < match.start("day"):
        return text[first : last + _PLACE_REACH]
    behind = text[last : last + _PLACE_REACH_IN_WORDS]
    stop = _SENTENCE_STOP.search(behind)
    return text[max(0, first - _PLACE_REACH_IN_WORDS) : last] + behind[: stop.start() if stop else None]


def _report_other_dates(reading: ExtractionContext, entry: tuple[_Said, TextSpan], first: tuple[_Said, TextSpan]) -> None:
    said, reference = entry[0], first[0]
    session = said.start == said.end and (reference.start or "") <= (said.start or "") <= (reference.end or "")
    if said.start and reference.start and not session and (said.start, said.end) != (reference.start, reference.end):
        message = f"the meeting is from {reference.start} to {reference.end} in one place and from {said.start} to {said.end} in another"
        reading.find("meeting-dates-differ", "error", message, [reference.lines, said.lines])
    for field in ("city", "country", "group"):
        one, other = getattr(reference, field), getattr(said, field)
        if one and other and one != other:
            message = f"the meeting's {field} is {one} in one place and {other} in another"
            reading.find("meeting-place-differs", "error", message, [reference.lines, said.lines])


def read_mention(reading: ExtractionContext, match: re.Match[str]) -> MeetingMention | None:
    """Return a meeting given with its group and dates, such as one that prepared or adopted a text; None if either is missing."""
    group, days = group_of(match), days_of(match, reading.pack.months, reading.pack.reversible)
    if not group or not days:
        return None
    city = reading.reference.places.city(match.groupdict().get("place") or "")
    return MeetingMention(group, days.start.isoformat(), days.end.isoformat(), city)


def read_consultation(reading: ExtractionContext, body: Body, number: int | None) -> ConsultationFacts | None:
    """Return the deadline and the counting rule. A deadline counts as UTC only if the letter says UTC (docs/reference/facts-json.md).

    `number` is that of the letter. Deadlines that it quotes from other circulars are not its own.
    """
    deadline = _deadline(reading, body, number)
    threshold = _threshold(reading, body)
    if threshold:
        reading.state("/consultation/threshold_percent", threshold[1].lines_of_match(threshold[0]))
        reading.cover(threshold[1].range, "/consultation")

    # the consequences of the replies are stated with the threshold; elsewhere the same words may be about something else
    rule_first = Body((threshold[1], *body.paragraphs)) if threshold else body

    def said(slot: str, field: str) -> bool:
        found = rule_first.find(reading, slot)
        if found:
            reading.state(f"/consultation/{field}", found[1].lines_of_match(found[0]))
        return found is not None

    explicit = said("explicit_replies", "counted")
    if threshold and not explicit:
        reading.state("/consultation/counted", threshold[1].lines_of_match(threshold[0]))
    approved = threshold is not None and reading.search("taken_as_approved", threshold[1]) is not None
    applied = not approved and said("procedure_applied", "effect_if_met")
    approved = not applied and said("taken_as_approved", "effect_if_met")
    facts = ConsultationFacts(
        reply_deadline=deadline,
        threshold_percent=int(threshold[0]["percent"]) if threshold else None,
        counted="explicit-replies" if explicit else "replies" if threshold else None,
        if_no_replies="approved" if said("approved_without_replies", "if_no_replies") else None,
        effect_if_met="procedure-applied" if applied else "approved" if approved else None,
        effect_if_not_met="returned-to-study-group" if said("returned", "effect_if_not_met") else None,
    )
    return facts if deadline or threshold else None


def _threshold(reading: ExtractionContext, body: Body) -> tuple[re.Match[str], TextSpan] | None:
    """Return the share of replies that decides: the one whose sentence states the consequences, else the first one."""
    found = [(match, part) for part in body.paragraphs for match in reading.pack.find_all("threshold", part.text)]
    if not found:
        return None
    best = max(found, key=lambda entry: _consequences(reading, _sentence(entry[1].text, entry[0])))
    reading.search("threshold", best[1])
    return best


def _consequences(reading: ExtractionContext, sentence: str) -> int:
    return sum(reading.pack.search(slot, sentence) is not None for slot in _FOLLOWS)


def _sentence(text: str, match: re.Match[str]) -> str:
    """Return the sentence around a match, without the stops at its ends."""
    before = [stop.end() for stop in _SENTENCE_STOP.finditer(text, 0, match.start())]
    stop = _SENTENCE_STOP.search(text, match.end())
    return text[before[-1] if before else 0 : stop.start() if stop else None]


def _reply_deadline(reading: ExtractionContext, body: Body, number: int | None) -> tuple[re.Match[str], TextSpan] | None:
    """Return the deadline for replies: not one for contributions, registration or a workshop, nor one set by another circular.

    If there are several, the first in a paragraph that names an annex or the clause on consultations is preferred.
    """
    found = [(match, part) for part in body.paragraphs if reading.search("deadline", part) for match in _deadlines(reading, part)]
    own = [entry for entry in found if not reading.pack.search("other_deadline", _sentence(entry[1].text, entry[0]))]
    new = [entry for entry in own if not _recalls(reading, entry[1], number)] or own
    asking = [entry for entry in new if any(reading.pack.search(slot, entry[1].text) for slot in _ASKING)]
    return next(iter(asking or new), None)


def _deadlines(reading: ExtractionContext, part: TextSpan) -> list[re.Match[str]]:
    """Return the deadlines of a paragraph in their order. If several patterns match at one place, the most trusted one counts."""
    first = reading.pack.search("deadline", part.text)
    later = [match for match in reading.pack.find_all("deadline", part.text) if first and match.start() >= first.end()]
    return [first, *later] if first else []


def _recalls(reading: ExtractionContext, part: TextSpan, number: int | None) -> bool:
    return any(int(match["number"]) != number for match in reading.pack.find_all("circular_mention", part.text))


def _deadline(reading: ExtractionContext, body: Body, number: int | None) -> str | None:
    found = _reply_deadline(reading, body, number)
    if not found:
        return None
    match, paragraph = found
    lines = paragraph.lines_of_match(match)
    reading.cover(paragraph.range, "/consultation")
    moment = moment_of(match, reading.pack.months)
    before = paragraph.text[max(0, match.start() - 12) : match.start()]
    if moment is None:
        reading.find("impossible-date", "error", f"the deadline {match[0]!r} does not exist", [lines])
    elif not reading.pack.search("utc", before + match[0]):
        reading.find("deadline-without-zone", "warning", "the deadline names no time zone; it is not taken as UTC", [lines])
        moment = None
    if moment:
        reading.state("/consultation/reply_deadline", lines)
    return moment


@dataclass(frozen=True)
class Signature:
    """The name of the signatory, if printed, and the number of annexes announced below it."""

    name: str | None
    annexes: int | None


def read_signature(reading: ExtractionContext, lines: tuple[Line, ...]) -> Signature:
    """Read the lines after the closing formula: office, name, number of enclosures."""
    name: str | None = None
    annexes: int | None = None
    office = False
    for line in lines:
        if not line.text:
            continue
        place = (line.number, line.number)
        text = line.folded
        if enclosed := reading.pack.search("enclosed", text):
            annexes = reading.pack.number(enclosed["count"])
            reading.cover(place, "enclosed")
        elif reading.pack.is_label("director", text) or reading.pack.search("closing", text):
            office = office or reading.pack.is_label("director", text)
            reading.cover(place, "signature")
        elif name is None and len(text) <= 40 and _NAME.fullmatch(text):
            name = line.text
            reading.state("/circular/signatory", place)
    if name and not office:
        lines_of_name = reading.evidence["/circular/signatory"]
        reading.find("no-office", "info", f"no office that is known stands by {name!r}; the line may be an office itself", [lines_of_name])
    return Signature(name, annexes)
