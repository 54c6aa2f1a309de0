"""Jobs: what is asked for and what is running; the only door to a worker."""
