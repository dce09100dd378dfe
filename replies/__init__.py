"""Answers: text in, suggestions out. Pure: it reads its own packs,
and never touches a network, a database or a clock.
"""
