"""The outside world: one package or module per platform behind one port (`platforms.base.Platform`).
Nothing in here knows a database, Slack or a person of the team.
"""
