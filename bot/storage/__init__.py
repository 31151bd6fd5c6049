"""What must outlive the process: the outbox, the audit, and who has a form open."""
