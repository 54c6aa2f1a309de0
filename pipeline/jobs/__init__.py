"""Jobs: what is asked for and who is at work; the only door to a worker."""
