"""The network that PawTune brings along, and how it was made."""
