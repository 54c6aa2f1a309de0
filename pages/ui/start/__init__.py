"""The parts of the front page."""
