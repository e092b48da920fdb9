"""A/B tests: from one pass over the units to a verdict that its own numbers bear out."""
