"""Notifies people after their click: results of operations, and Home."""
