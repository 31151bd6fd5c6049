"""Writes under everything that can go wrong. Time runs some forty times faster than in earnest."""
