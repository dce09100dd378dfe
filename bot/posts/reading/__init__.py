"""The parts of which a time is written: numbers, days, hours, spans, each read at one place of a text.
Nothing here decides whether a text begins with a time at all: that is `bot.posts.when`.
"""
