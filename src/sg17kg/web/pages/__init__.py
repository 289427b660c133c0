"""HTML pages, a module for each family. Rendered on the server, usable without scripts.

`PAGES` are those with addresses of their own; pages of things are chosen in things.py, for /rec/X.1280 and the like.
"""

from sg17kg.web.pages import api_reference, changes, check, editor, explore, glossary, home, lists, replies, source_lines, static

PAGES = (home, lists, source_lines, changes, check, explore, editor, api_reference, replies, glossary, static)
