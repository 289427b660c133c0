"""From files to records: readers, language packs, extractors."""
