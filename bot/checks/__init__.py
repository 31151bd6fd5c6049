"""Tests settings, tokens, scopes, keys and clocks, and gives advice. It changes nothing."""
