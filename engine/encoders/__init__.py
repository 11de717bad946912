"""One file per model family: text in, LayeredVectors out. Adding a file here adds a model
everywhere.
"""
