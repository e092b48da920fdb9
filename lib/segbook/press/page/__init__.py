"""A notebook as one clean page, and that page as Typst's data."""
