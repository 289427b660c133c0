"""Search for printed forms of names, and for words of titles in any language."""
