"""The adapter that translates between LiveAgent's API v1 and the domain."""
