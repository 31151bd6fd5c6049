"""The adapter between LiveAgent's API, versions 1 and 3, and the domain."""
