"""Posts: written, approved, scheduled; when they are due, what stands against it, and the brake over everything.
Everything here is a value, a pure function or a transaction on the rows; what is due leaves through `bot.outbox`.
"""
