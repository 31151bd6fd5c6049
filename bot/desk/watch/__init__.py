"""The watch: what changed in LiveAgent since it was last read, and who hears of it."""
