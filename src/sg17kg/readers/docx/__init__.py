"""Word files, read line by line."""
