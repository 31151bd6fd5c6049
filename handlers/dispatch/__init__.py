"""Dispatch: from Bolt's payload to a listener, and from its error to a notice."""
