"""What does pretraining buy? The same small classifier on five kinds of word vectors, with few and
with many labelled reviews.
"""
