"""Check one circular before it is sent or added: one home for the command, the page and REST.

preflight.py finds, rules.py explains, checker.py puts both together; process.py runs a check of an untrusted file in child.py.
"""
