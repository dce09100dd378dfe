"""Whole journeys in a real browser and against real processes."""
