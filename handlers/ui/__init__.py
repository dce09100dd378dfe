"""Draws what people see in Slack: pure functions from values to blocks.
Nothing here talks to anybody or reads a clock.
"""
