"""Parts that every circular has: header, letter, form; dates, labels and numbers in them; their consistency."""
