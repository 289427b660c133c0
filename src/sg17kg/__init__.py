"""The knowledge graph of ITU-T Study Group 17 (security). Unofficial; not a product of ITU."""

__version__ = "0.1.0"
