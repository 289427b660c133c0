"""Test letters: composed from facts in six languages, as TSB would print them, with what must be read from them."""
