"""The Train page, part by part."""
