"""A client's data: read, checked, reduced to one row per customer."""
