"""Commands that extract facts from documents, many at once."""
