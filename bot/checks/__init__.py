"""Tests settings, tokens, scopes, keys and clocks, and says what to do. It changes nothing."""
