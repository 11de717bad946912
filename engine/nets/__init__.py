"""The networks of the story as plain PyTorch modules, one model per file, readable from top to
bottom.
"""
