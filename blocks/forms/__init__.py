"""Forms, one module each: what it shows, and how what was typed is read."""
