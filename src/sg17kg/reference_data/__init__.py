"""Catalogues of others, read into facts: Relaton, the Operational Bulletin, ISO, lists of names."""
