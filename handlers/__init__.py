"""Everything Slack."""
