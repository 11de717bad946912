"""ULMFiT in three stages: a language model, adapted to the target's text, becomes a classifier
(Howard & Ruder 2018, https://aclanthology.org/P18-1031).
"""
