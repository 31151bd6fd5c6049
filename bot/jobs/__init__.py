"""Jobs that the clock starts rather than a click."""
