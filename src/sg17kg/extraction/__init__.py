"""Extract facts from documents, with language packs."""
