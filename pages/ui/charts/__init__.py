"""Charts: a figure with its table and its alt text."""
