"""HTML pages, a module for each family. They are rendered on the server, and usable without scripts.

`PAGES` are the modules with routes of their own; resources.py chooses the pages of things (/rec/X.1280 and the like).
"""

from sg17kg.web.pages import api_reference, changes, check, editor, explore, glossary, home, lists, replies, source_lines, static

PAGES = (home, lists, source_lines, changes, check, explore, editor, api_reference, replies, glossary, static)
