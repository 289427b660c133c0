"""What every circular has: header, letter, form; dates, labels, numbers in them; and where these do not agree."""
