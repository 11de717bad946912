"""What does each layer of a language model add? ELMo-like nets with one, two and three layers,
trained alike.
"""
