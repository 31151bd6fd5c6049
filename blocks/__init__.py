"""Pure functions from domain values to Block Kit."""
