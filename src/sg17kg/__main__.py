"""Run the command line: `python -m sg17kg` is `sg17kg`."""

from sg17kg.cli import main

main()
