"""What a network's files and tensors are called, wherever they are written or read."""

from __future__ import annotations

from typing import Final

NETWORK_FILE: Final = "network.safetensors"  # every number of a run's finished network
LAST_FILE: Final = "last.safetensors"  # where an unfinished run goes on from

HEAD: Final = "head/"  # begins the names of the head's tensors
HEAD_KERNEL: Final = "head/kernel"
HEAD_BIAS: Final = "head/bias"
STATISTICS: Final = ("gamma", "beta", "moving_mean", "moving_variance")  # as Keras orders them
OPTIMIZER: Final = "optimizer/"  # begins the names of what an optimizer remembers
