"""Notifies people of what happened after their click: an operation's outcome, their Home."""
