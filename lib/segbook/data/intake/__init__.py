"""From files as clients send them to canonical tables."""
