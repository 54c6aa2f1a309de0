"""Settings: what a person may choose, and the limits."""
