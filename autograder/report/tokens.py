"""Python text as what is compared of it: statements of tokens, without layout, comments, names and numbers."""

import builtins
import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

K = 5
"""Tokens in a piece: shorter ones are everybody's, longer ones are broken by every small change."""
LONGEST = 20_000
"""Characters of a cell that are read; nobody writes so much by hand."""
NAME, NUMBER, TEXT = "V", "0", "''"
LAYOUT = {"COMMENT", "NL", "INDENT", "DEDENT", "ENCODING", "ENDMARKER", "FSTRING_MIDDLE", "FSTRING_END"}
BLOCKS = {"if", "elif", "else", "for", "while", "def", "class", "with", "try", "except", "finally"}
BUILTINS = set(dir(builtins))


@dataclass(frozen=True)
class Statement:
    """One statement, or the head of a block."""

    tokens: tuple[str, ...]
    first_line: int
    """counted from 1"""
    last_line: int

    @property
    def pieces(self) -> set[tuple[str, ...]]:
        """All runs of `K` tokens; of a shorter statement the whole."""
        return {self.tokens[start : start + K] for start in range(max(1, len(self.tokens) - K + 1))}


def statements(source: str) -> list[Statement]:
    """The statements of a text, in its order; of a text that is no Python, those before the place where it fails.

    Names and numbers are all alike, for whoever copies changes them first. What belongs to Python or to a library
    stays: keywords, built-in functions, what follows a dot, the names of arguments in a call.

    Parameters
    ----------
    source : str
        A code cell.

    Returns
    -------
    statements : list of Statement
    """
    return [made for line in _lines(source[:LONGEST]) if (made := _statement(line)) is not None]


def _lines(source: str) -> Iterator[list[tokenize.TokenInfo]]:
    """The tokens of each statement."""
    line: list[tokenize.TokenInfo] = []
    depth, has_lambda = 0, False
    for token in _tokens(source):
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        has_lambda |= token.string == "lambda"
        ends = token.type == tokenize.NEWLINE or (token.string == ";" and depth == 0)
        if not ends:
            line.append(token)
        # the colon of a lambda ends no head; then the block's first statement stays with it
        if ends or (token.string == ":" and depth == 0 and line[0].string in BLOCKS and not has_lambda):
            yield line
            line, has_lambda = [], False
    yield line


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """What is written, as far as it can be read: a student's text may be no Python at all."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if tokenize.tok_name[token.type] not in LAYOUT and (token.string.strip() or token.type == tokenize.NEWLINE):
                yield token
    except (tokenize.TokenError, SyntaxError):
        return


def _statement(line: list[tokenize.TokenInfo]) -> Statement | None:
    """None where nothing is done: an empty line, a docstring."""
    words = tuple(_word(line, place) for place in range(len(line)))
    if set(words) <= {TEXT}:
        return None
    return Statement(words, line[0].start[0], line[-1].end[0])


def _word(line: list[tokenize.TokenInfo], place: int) -> str:
    token = line[place]
    kind, text = tokenize.tok_name[token.type], token.string
    if kind in ("STRING", "FSTRING_START"):
        return TEXT
    if kind == "NUMBER":
        return NUMBER
    if kind != "NAME" or keyword.iskeyword(text) or text in BUILTINS:
        return text
    before = line[place - 1].string if place else ""
    after = line[place + 1].string if place + 1 < len(line) else ""
    names_argument = after == "=" and before in ("(", ",") and line[0].string not in ("def", "async")
    return text if before == "." or names_argument else NAME
