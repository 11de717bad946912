"""What each layer of a language model holds, read out by linear probes."""
