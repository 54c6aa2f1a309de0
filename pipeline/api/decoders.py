"""Decoding processes for programs, apart from those of the pages: neither waits for the other."""

from __future__ import annotations

import threading

from pipeline.photos.decoding.decoder import Decoder


class Decoders:
    """A decoder that is started when first asked for, and replaced when it gave up. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoder: Decoder | None = None

    def get(self) -> Decoder:
        """A decoder that works."""
        with self._lock:
            if self._decoder is not None and self._decoder.broken:
                self._decoder.close()
                self._decoder = None
            self._decoder = self._decoder or Decoder()
            return self._decoder

    def close(self) -> None:
        """End its processes."""
        with self._lock:
            if self._decoder is not None:
                self._decoder.close()
                self._decoder = None
