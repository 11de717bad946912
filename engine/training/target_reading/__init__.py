"""How much of the target a language model should read before it becomes a classifier, and at which
rates: what it then foretells, and what a linear reader finds in its states.
"""
