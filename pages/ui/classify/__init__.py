"""The Classify page, part by part."""
