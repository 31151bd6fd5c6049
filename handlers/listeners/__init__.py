"""What happens when people do something: commands, clicks, forms and events."""
