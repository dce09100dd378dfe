"""Packs of templates that ship with Xiaobian, one TOML file a pack, read by `replies.templates`.
There is no code in here.
"""
