"""The connection to Slack: what is sent, how events come in, and who people are."""
