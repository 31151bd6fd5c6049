"""Customers' e-mail addresses, as people type them."""

import re

MAX_ADDRESS_LENGTH = 200
_ADDRESS = re.compile(
    r"(?<![\w.+'&~%À-ɏ-])[\w.+'&~%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}", re.ASCII
)
"""An address in running text, also between Japanese words; bounded, to take linear time."""


def as_address(text: str) -> str:
    """Returns the address in a form for comparing, or "" if LiveAgent can't search for it."""
    address = text.strip().lower()  # not folded: "ß" and "ss" are two addresses
    is_one = "@" in address and len(address) <= MAX_ADDRESS_LENGTH and not {*" ,"} & {*address}
    return address if is_one else ""


def only_address(text: str) -> str:
    """Returns the one e-mail address that a text names, "" if it names none or several."""
    found = {as_address(each.strip(".'")) for each in _ADDRESS.findall(text)}
    return found.pop() if len(found) == 1 else ""
