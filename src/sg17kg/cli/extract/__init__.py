"""The command that extracts facts from documents, many at once."""
