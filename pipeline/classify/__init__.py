"""Classify: answers about photos from what a run left behind. LiteRT only; never TensorFlow."""
