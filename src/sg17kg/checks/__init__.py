"""Checks of one circular before it is sent or added, shared by the command, the page and REST.

preflight.py finds problems, rules.py explains them, checker.py combines both. process.py runs child.py to check an untrusted file.
"""
