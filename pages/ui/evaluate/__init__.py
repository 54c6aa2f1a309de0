"""The Evaluate page, part by part."""
