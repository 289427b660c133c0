"""From answers to bytes: media types, pages."""
