"""Features: what the frozen part of the network makes of photos, by LiteRT; no TensorFlow."""
