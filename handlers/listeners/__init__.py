"""Listeners: what happens on commands, clicks, forms and events."""
