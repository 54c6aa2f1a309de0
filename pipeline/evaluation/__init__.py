"""Evaluation: from probabilities to scores."""
