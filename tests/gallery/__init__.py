"""Every message, form and Home that the bot can show, in both languages, on one page.

`make gallery` writes the page; `make pictures` makes the pictures of README and docs.
"""
