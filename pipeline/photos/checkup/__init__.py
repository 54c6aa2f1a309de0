"""Check-up: what to know about a photo set before training."""
