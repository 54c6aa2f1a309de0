"""Heads: the last layer taught on kept features, with NumPy and SciPy; no TensorFlow."""
