"""Simulations and measurements of what the numbers on the pages promise."""
