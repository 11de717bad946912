"""Numpy in, numbers out: one metric, one function. Everything that grows with a corpus is one pass
over mergeable sums.
"""
