"""Content Security Policy of pages: everything from this host, nothing inline."""


def policy(*styles: str) -> str:
    """Return the policy, with the hashes of style elements that a third-party script inserts into the page."""
    allowed = " ".join(("'self'", *(f"'sha256-{digest}'" for digest in styles)))
    return (
        f"default-src 'none'; script-src 'self'; style-src {allowed}; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


PAGE_POLICY = policy()
# YASR's table inserts the style of its column handles (column-resizer, the version in package-lock.json)
EDITOR_POLICY = policy("zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=")
