"""Programs for those who work on sg17kg: they make files of the repository and of the wheel. `make` calls them."""
