"""Notifies people of what happens after their click: results of operations, and Home."""
