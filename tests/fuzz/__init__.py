"""Fuzzing of readers and extractor: `python -m tests.fuzz TARGET` (see __main__.py), `make fuzz`."""
