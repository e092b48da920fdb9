"""From a notebook to what the client opens: it runs, becomes HTML and PDF, and is listed."""
