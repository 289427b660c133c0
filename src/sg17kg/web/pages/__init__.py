"""Pages for people, one module a family: rendered on the server, good without scripts.

`PAGES` are those with addresses of their own; pages of things are chosen in things.py, for /rec/X.1280 and the like.
"""

from sg17kg.web.pages import changes, check, editor, home, lines, lists, neighbours, reference, replies, static, words

PAGES = (home, lists, lines, changes, check, neighbours, editor, reference, replies, words, static)
