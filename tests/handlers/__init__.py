"""Tests of everything Slack, against the local Slack."""
