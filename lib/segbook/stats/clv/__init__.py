"""What customers will buy: purchase timing, value of a purchase, and what both say about the future."""
