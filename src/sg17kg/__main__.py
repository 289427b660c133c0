"""Entry point of the command line: `python -m sg17kg` is the same as `sg17kg`."""

from sg17kg.cli import main

main()
