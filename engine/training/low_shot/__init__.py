"""How many labels is pretraining worth? The same few labelled reviews for every arm, from a bag of
words to a fine-tuned language model, and what each makes of them.
"""
