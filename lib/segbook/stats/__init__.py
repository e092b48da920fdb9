"""Measures and tests that stand beside the segments."""
