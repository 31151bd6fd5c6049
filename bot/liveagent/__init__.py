"""The adapter: LiveAgent's API v1 in the words of the domain."""
