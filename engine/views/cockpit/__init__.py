"""What the cockpit of a training shows and does: its columns in words, its events as packets, its
controls and whose they are, its table.
"""
