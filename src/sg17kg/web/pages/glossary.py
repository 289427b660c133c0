"""GET /words: glossary of the field and of this site."""

from fastapi import APIRouter, Depends, Response

from sg17kg.rendering.code_labels import N_
from sg17kg.web.api.parameters import reject_unknown_parameters
from sg17kg.web.pages.page_context import Page

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
# (anchor, word, meaning); the anchor of a stage is its code, so that a status label links to its meaning
WORDS = (
    (
        "recommendation",
        N_("Recommendation"),
        N_("A standard of the ITU, with a number like X.1280. It binds nobody by itself; laws and contracts may refer to it."),
    ),
    ("study-group", N_("Study Group"), N_("A group of experts from Member States and industry. Study Group 17 is the one for security.")),
    (
        "question",
        N_("Question"),
        N_(
            "A field of work of a study group, and the experts who do it: Q10/17 is Question 10 of Study Group 17. "
            "Its text has versions; Questions are merged and renewed."
        ),
    ),
    (
        "work-item",
        N_("Work item"),
        N_("A text that is being written. It bears a provisional name, like X.accsadlt, until it gets a number."),
    ),
    ("determined", N_("determined"), N_("A meeting of the study group held that the text is ready to be put to Member States.")),
    (
        "circular",
        N_("TSB Circular"),
        N_(
            "A numbered letter of the ITU's standardization bureau (TSB) to all Member States. "
            "Numbering begins anew with each study period."
        ),
    ),
    (
        "consultation",
        N_("Consultation"),
        N_("Member States are asked by a circular whether a text may go to approval, and answer until a deadline."),
    ),
    ("in-consultation", N_("in consultation"), N_("The circular was sent, and the deadline for replies has not passed.")),
    (
        "consultation-closed",
        N_("consultation closed"),
        N_("The deadline for replies has passed; no source tells yet what the meeting did."),
    ),
    ("approved", N_("approved"), N_("A source reports that the text was approved.")),
    (
        "became-other",
        N_("became another text"),
        N_("The text was approved as one of another kind, or under another number, than it was proposed for."),
    ),
    (
        "under-development",
        N_("under development"),
        N_("A list of a Question named it as a text being written, and no source reports its end."),
    ),
    (
        "edition",
        N_("Edition"),
        N_("A published state of a Recommendation, named by its month: X.1280 (06/2026). A revision is a new edition."),
    ),
    (
        "in-force",
        N_("in force"),
        N_("It has an edition that no later one has replaced. This follows from the catalogue of editions; the page says from which."),
    ),
    ("prepublished", N_("prepublished"), N_("The catalogue lists the edition as approved, but not yet edited.")),
    ("superseded", N_("superseded"), N_("A newer edition has taken its place.")),
    ("withdrawn", N_("withdrawn"), N_("A source says that it holds no longer.")),
    ("unknown", N_("not known"), N_("No source that was read says it. Nothing is guessed.")),
    ("stated", N_("stated by a source"), N_("A document says it; the slip beside it names the lines.")),
    ("inferred", N_("inferred by a rule"), N_("It follows from several documents together; the page names them.")),
    ("curated", N_("said by a curator, with a reason"), N_("A person concluded it, and wrote down why.")),
    ("conflict", N_("Conflict"), N_("Two sources say different things. Both are kept and shown.")),
)


@router.get("/words", include_in_schema=False)
def words(v: Page) -> Response:
    """The words, each with an anchor."""
    return v.page("words", words=WORDS)
