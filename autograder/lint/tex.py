"""How wide a formula will be: about, from its TeX, since nothing here can typeset it."""

import re

ORDINARY, DIGIT, ROUND, SQUARE, SPACED = 0.57, 0.5, 0.39, 0.28, 0.45
RELATION, BINARY = 1.33, 1.22
"""With the spaces around them."""
SMALL = 0.72
"""Of subscripts, superscripts and what stands below a sum."""
SPACES = {"quad": 1.0, "qquad": 2.0, ";": 0.28, ":": 0.22, ",": 0.17, "!": -0.17, " ": 0.33}
RELATIONS = {
    "le",
    "leq",
    "ge",
    "geq",
    "ne",
    "neq",
    "approx",
    "sim",
    "to",
    "in",
    "mapsto",
    "equiv",
    "propto",
    "ll",
    "gg",
}
DOTS = {"dots", "ldots", "cdots"}
SUMS = {"sum", "prod", "int"}
FUNCTIONS = {"log", "ln", "cos", "sin", "exp", "max", "min", "arg", "operatorname"}
NOTHING = {"left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "\\", "begin", "end", "limits"}
UPRIGHT = {"text", "mathrm", "textbf", "texttt"}
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


def width(tex: str) -> float:
    """About how wide a formula is, in em: within a tenth for most, of its widest line.

    Parameters
    ----------
    tex : str
        What stands between the dollars.
    """
    lines = re.sub(r"\\(begin|end)\{\w+\*?\}|&", "", tex).split(r"\\")
    return max(_Line(line).width() for line in lines)


class _Line:
    """The tokens of one line, read from left to right."""

    def __init__(self, tex: str):
        self.tokens = TOKEN.findall(tex)
        self.at = 0

    def width(self) -> float:
        total = 0.0
        while self.at < len(self.tokens) and self.tokens[self.at] != "}":
            total += self._next()
        return total

    def _take(self) -> str:
        while self.tokens[self.at : self.at + 1] and self.tokens[self.at].isspace():
            self.at += 1
        token = self.tokens[self.at] if self.at < len(self.tokens) else ""
        self.at += 1
        return token

    def _group(self) -> float:
        """A group in braces, or a single token."""
        while self.tokens[self.at : self.at + 1] and self.tokens[self.at].isspace():
            self.at += 1
        if self.tokens[self.at : self.at + 1] != ["{"]:
            return self._next() if self.at < len(self.tokens) else 0.0
        self.at += 1
        inner = self.width()
        self.at += 1
        return inner

    def _words(self) -> float:
        """A group of upright text."""
        opened = self.at + 1
        closed = self.tokens.index("}", opened) if "}" in self.tokens[opened:] else len(self.tokens)
        text = "".join(token.replace("\\", "") for token in self.tokens[opened:closed])
        self.at = closed + 1
        return sum(_of_upright(character) for character in text)

    def _scripts(self) -> float:
        """What stands above and below: the wider of the two."""
        widths = [0.0]
        while self.tokens[self.at : self.at + 1] and self.tokens[self.at] in ("_", "^"):
            self.at += 1
            widths.append(SMALL * self._group())
        return max(widths)

    def _next(self) -> float:
        """One token with all that belongs to it."""
        token = self._take()
        if token == "{":
            self.at -= 1
            return self._group() + self._scripts()
        name = token[1:] if token.startswith("\\") else ""
        if name in SUMS:
            return max(1.2 if name != "int" else 0.8, self._scripts()) + 0.17
        return (self._of_command(name) if name else _of_character(token)) + self._scripts()

    def _of_command(self, name: str) -> float:
        if name in ("frac", "dfrac", "tfrac"):
            shrunk = 0.72 if name == "tfrac" else 1.0
            return shrunk * max(self._group(), self._group()) + 0.24
        if name == "sqrt":
            return 0.85 + self._group()
        if name in UPRIGHT:
            return self._words()
        if name in FUNCTIONS:
            return (self._words() if name == "operatorname" else 0.47 * len(name)) + 0.17
        if name in RELATIONS:
            return RELATION
        if name in DOTS:
            return 1.3
        if name in SPACES:
            return SPACES[name]
        if name in ("cdot", "times", "pm", "odot"):
            return 0.72 if name == "cdot" else BINARY
        return 0.0 if name in NOTHING else ORDINARY


def _of_character(character: str) -> float:
    if character in "=<>":
        return RELATION
    if character in "+-":
        return BINARY
    if character in "()":
        return ROUND
    if character in "[]|":
        return SQUARE
    if character in ",;":
        return SPACED
    if character.isspace() or character in "}&":
        return 0.0
    return DIGIT if character.isdigit() else 0.28 if character in "./'" else ORDINARY


def _of_upright(character: str) -> float:
    if character in "fijlrt .,'()[]":
        return 0.33
    return 0.83 if character in "mwMW" else 0.7 if character.isupper() else 0.5
