"""What the pages are made of, from the ground up: stores, frame, charts, parts, a folder a page."""
