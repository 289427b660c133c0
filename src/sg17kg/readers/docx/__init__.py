"""Read Word files line by line."""
