"""The way out: everything that leaves is a row first, is claimed and committed before the network is touched, and ends
in one word for what became of it. Nothing here decides what is said.
"""
