"""Decoding: untrusted bytes to one photo, in a process of its own."""
