"""The watch: finds changes in LiveAgent and passes them to subscribers."""
