"""From the outbox to LiveAgent, once: who claims a row, what is done for it, who is told."""
