"""Network: the backbone as numbers; its layers, weights and LiteRT files."""
