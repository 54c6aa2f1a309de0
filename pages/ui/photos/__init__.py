"""The Photos page, part by part."""
