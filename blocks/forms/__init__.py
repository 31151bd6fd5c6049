"""Forms: each module builds a form and reads its input."""
