"""The Runs page, part by part."""
