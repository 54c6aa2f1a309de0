"""A phone in the same network brings photos and asks, by a small page of its own for an hour."""
