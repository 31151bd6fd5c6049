"""Data that outlives the process: the outbox, digests, the audit, and notes."""
