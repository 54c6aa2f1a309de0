"""Wording: numbers, settings and curves in words, said once for pages, reports and commands."""
