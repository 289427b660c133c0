"""Map characters of symbol fonts to Unicode characters that look like them."""

_BOX, _TICKED, _RING = "☐", "☒", "◯"
_WINGDINGS = {
    0x6C: "•", 0x6D: _RING, 0x6E: "■", 0x6F: _BOX, 0x70: _BOX, 0x71: _BOX, 0x72: _BOX, 0x77: "•", 0x78: _TICKED, 0x9F: "•", 0xA1: _RING,
    0xA2: _RING, 0xA7: "•", 0xA8: _BOX, 0xD8: "•", 0xE0: "→", 0xE8: "→", 0xF0: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: _TICKED, 0xFE: _TICKED,
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: _TICKED,
    0x52: _TICKED,
    0x53: _TICKED,
    0x54: _TICKED,
    0x81: _RING,
    0x99: _RING,
    0xA3: _BOX,
    0xA4: _BOX,
}
_SYMBOL = {
    0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB9: "≠",
    0xBC: "…", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x77: "ω", 0x44: "Δ", 0x53: "Σ",
    0x57: "Ω",
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_PRIVATE = range(0xF000, 0xF100)


def is_picture_font(font: str) -> bool:
    """Return whether a font shows symbols instead of letters."""
    return font.lower() in _FONTS


def symbol(font: str, code: int) -> str:
    """Return the character for a code of a symbol font. A private-use code in another font is read as Wingdings.

    An unknown symbol keeps its code.
    """
    table = _FONTS.get(font.lower())
    if table is None:
        if code not in _PRIVATE:
            return chr(code)
        table = _WINGDINGS
    return table.get(code & 0xFF if code in _PRIVATE else code, chr(code))


def translate(font: str, text: str) -> str:
    """Return the text of a run with its symbols as Unicode characters."""
    if not is_picture_font(font) and not any(ord(character) in _PRIVATE for character in text):
        return text
    return "".join(symbol(font, ord(character)) for character in text)
