"""The watch: what changed in LiveAgent since it was last read, and what subscribes to it."""
