"""The desk: permissions, reads, submissions and delivery."""
