"""Read catalogues of others into facts: Relaton, the Operational Bulletin, ISO, lists of names."""
