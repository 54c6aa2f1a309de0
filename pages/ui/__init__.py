"""What the pages are made of: frame, controls, charts, gallery, and cached access."""
