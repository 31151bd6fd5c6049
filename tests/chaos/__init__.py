"""Simulations with faults and crashes. Time runs some forty times faster than in reality."""
