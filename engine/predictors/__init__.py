"""One file a language model that guesses words. A file here adds one."""
