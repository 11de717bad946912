"""Kinds of training that can be driven from outside, one a file."""
