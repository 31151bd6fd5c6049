"""The words of the trade. The standard library alone, so that everything else may use it."""
