"""Tuning: what kept features answer at once, with neither a job nor TensorFlow."""
