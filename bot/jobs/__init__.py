"""Jobs, which run at intervals rather than on a click."""
