"""Texts to train on: one file a source, found by itself."""
