"""What can be said of Python text at a glance.

Python's own parser is not for a stranger's text in a process that is trusted: some texts keep it busy for hours. What
stands here takes time in proportion to the text's length, and may be wrong about texts that are no Python anyway.
"""

import re

LITERAL = re.compile(
    r"#[^\n]*+"
    r'|"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|(?P<double>\Z))'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|(?P<single>\Z))"
    r'|"(?:[^"\\\n]++|\\.)*+"?+'
    r"|'(?:[^'\\\n]++|\\.)*+'?+",
    re.DOTALL,
)
"""a comment, or a string; the groups tell of a string that does not end"""


def ink(text: str) -> str:
    """A text without its white space: equal for texts that differ in their layout only."""
    return "".join(text.split())


def defines(name: str, source: str) -> bool:
    """Whether a cell gives a name its value, by `def` or `=` at its top level."""
    name = re.escape(name)
    pattern = rf"^(?:(?:async +)?(?:def|class) +{name}\b|{name}(?: *+:[^=\n]*+)?+ *+=(?!=))"
    return re.search(pattern, source, re.MULTILINE) is not None


def continues(source: str) -> bool:
    """Whether a cell can only be a later part of another: its first line of code, or of comment, is indented."""
    lines = [line for line in source.splitlines() if line.strip()]
    code = [line for line in lines if not line.lstrip().startswith("#")]
    return (code or lines or [""])[0][:1] in (" ", "\t")


def is_unfinished(source: str) -> bool:
    """Whether a cell can't be the end: a string or bracket is open, or a block has not begun."""
    strings_that_end = []

    def without(found: re.Match) -> str:
        strings_that_end.append(found["double"] is None and found["single"] is None)
        return "" if found[0].startswith("#") else "0"

    code = LITERAL.sub(without, source).rstrip()
    opened = sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
    return not all(strings_that_end) or opened > 0 or code.endswith((":", "\\", ","))
