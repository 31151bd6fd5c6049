"""What is done by the clock rather than by a click."""
