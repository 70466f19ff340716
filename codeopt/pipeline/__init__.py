"""Where the stages meet: the only code that knows all of them. It yields events, and never prints.

``prepare`` takes a commit to recorded calls, ``judge`` takes one candidate to a decision,
``optimise`` takes one target to at most one kept patch, ``run`` strings them together.
"""
