"""From a payload of Bolt to a listener, and from its error to a notice."""
