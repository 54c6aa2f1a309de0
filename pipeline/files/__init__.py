"""Files: bytes on this disk and from the network, atomic, locked, cached, downloaded."""
