"""Photos: from files that come from outside to arrays that a network can learn from."""
