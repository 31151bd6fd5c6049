"""The connection to Slack: Web API, incoming requests, and members."""
