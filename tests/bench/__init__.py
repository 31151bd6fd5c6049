"""The figures of `make bench`: ratios measured side by side, in one run, on one machine."""
