"""Search by what people type: printed forms of names, and words of titles in any language."""
