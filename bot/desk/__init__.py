"""Where people's wishes meet the help desk: who may see what, and how it is read."""
