"""Text in a table that people open with a spreadsheet program."""

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""what a spreadsheet program takes for the beginning of a formula"""


def harmless(value: object) -> object:
    """Text that a spreadsheet program would run as a formula, marked as text by an apostrophe; all else as it is."""
    formula = isinstance(value, str) and value.startswith(FORMULA) and value != "-"
    return f"'{value}" if formula else value


def without_apostrophe(text: str) -> str:
    """What `harmless` was given; the apostrophe of 't Hooft is a letter of the name."""
    return re.sub(r"^'(?=[=+\-@\t\r])", "", text)
