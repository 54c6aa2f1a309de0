"""Parts: what two pages or more show."""
