"""Delivery from the outbox to LiveAgent, exactly once: claims, executions and notices."""
