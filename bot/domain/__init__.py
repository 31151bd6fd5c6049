"""The domain's vocabulary. Imports the standard library only, so that all packages may use it."""
