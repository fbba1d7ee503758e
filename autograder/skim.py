"""Steps through JSON without building what nobody asks for.

Time and memory grow with the length of the text and no faster, whatever stands in it: outputs of 200 MB are stepped
over where they lie, brackets within brackets cost no recursion, a number of a million digits is no number to anybody.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST_PIECE = 8_000_000
"""bytes that are decoded at a time"""
CLOSING = {b"[": b"]", b"{": b"}"}
DEEPEST = 500
"""brackets within brackets"""
STEP = 200
"""what an entry or a bracket costs of a text's effort, where reading a byte again costs 1"""

_SPACE = rb"[ \t\r\n]*+"
_STRING = rb'"(?:[^"\\\r\n]++|\\[^\r\n])*+"'
# numbers, true, false, null and what Python writes for numbers that are none
_SIMPLE = _STRING + rb"|[0-9+\-.eEtrufalsnNIity]++"


def _values(depth: int) -> bytes:
    """A pattern of values with so many brackets within brackets, which is one step for all that stands in them."""
    if not depth:
        return _SIMPLE
    value = rb"(?:" + _values(depth - 1) + rb")" + _SPACE
    items = rb"(?:" + _STRING + _SPACE + rb"," + _SPACE + rb")*+(?:" + value + rb"(?:," + _SPACE + rb"|(?=\])))*+"
    members = rb"(?:" + _STRING + _SPACE + rb":" + _SPACE + value + rb"(?:," + _SPACE + rb"|(?=\})))*+"
    return _SIMPLE + rb"|\[" + _SPACE + items + rb"\]|\{" + _SPACE + members + rb"\}"


_VALUE = _values(4)
_ITEM = rb"(?:" + _VALUE + rb")" + _SPACE + rb"," + _SPACE
_MEMBER = _STRING + _SPACE + rb":" + _SPACE + _ITEM
SPACE, STRING, SIMPLE, VALUE = map(re.compile, (_SPACE, _STRING, _SIMPLE, _VALUE))
RUNS = {b"]": re.compile(rb"(?:" + _ITEM + rb")*+"), b"}": re.compile(rb"(?:" + _MEMBER + rb")*+")}
"""all the values that have another behind them, and are not too deep for one step"""
LINES = re.compile(rb"\[" + _SPACE + rb"((?:" + _STRING + _SPACE + rb",?+" + _SPACE + rb")*+)")
TEXT = re.compile(SIMPLE.pattern + rb"|" + LINES.pattern + rb"\]")
CUT_STRING = re.compile(rb'(?:"(?:[^"\\\r\n]++|\\[^\r\n])*+\\?+)?+\Z')
SURROGATE = re.compile("[\ud800-\udfff]")
STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}
"""bytes that are no UTF-8, as Python smuggles them into text"""


class Broken(Exception):
    """What stands where the skimmer is, is not the JSON that was asked for."""


class Exhausted(Exception):
    """More was read twice, or in small steps, than the text's length deserves."""


class Skimmer:
    """Stands at a place in a JSON text, and moves forward.

    Parameters
    ----------
    content : bytes
        In UTF-8, UTF-16 or UTF-32, with or without a byte order mark.
    """

    def __init__(self, content: bytes):
        self.data = _as_utf8(content)
        self.at = 0
        self.effort = min(10_000_000 + 4 * len(self.data), 1_000_000_000)
        self.strays = False
        """whether bytes that are no UTF-8 were met"""

    def spend(self, effort: int) -> None:
        """Count what is read twice, or in small steps; raise `Exhausted` when it was too much."""
        self.effort -= effort
        if self.effort < 0:
            raise Exhausted

    def look(self) -> bytes:
        """The next character that is no white space; nothing at the end."""
        self.at = SPACE.match(self.data, self.at).end()
        return self.data[self.at : self.at + 1]

    def entries(self, brackets: bytes) -> Iterator[bytes]:
        """Stand before each value of an object (`{}`) or a list (`[]`); who asks must load or skip the value.

        Yields
        ------
        key : bytes
            The value's key in an object, as it is written there.
        """
        self._take(brackets[:1])
        while self.look() != brackets[1:]:
            self.spend(STEP)
            key = self._key() if brackets == b"{}" else b""
            self.look()
            yield key
            if self.look() != brackets[1:]:
                self._take(b",")
        self.at += 1

    def _key(self) -> bytes:
        found = STRING.match(self.data, self.at)
        if found is None:
            raise Broken
        self.at = found.end()
        self._take(b":")
        return found[0][1:-1]

    def _take(self, character: bytes) -> None:
        if self.look() != character:
            raise Broken
        self.at += 1

    def skip(self) -> None:
        """Step over a value."""
        closing: list[bytes] = []
        while True:
            if value := VALUE.match(self.data, self.at):
                self.at = value.end()
            elif (bracket := self.look()) in CLOSING and len(closing) < DEEPEST:
                # too deep for one step: value by value
                self.at += 1
                closing.append(CLOSING[bracket])
                self._next(closing)
                continue
            else:
                raise Broken
            while closing and self.look() == closing[-1]:
                self.at += 1
                closing.pop()
            if not closing:
                return
            self._take(b",")
            self._next(closing)

    def _next(self, closing: list[bytes]) -> None:
        """Stand before the next value within brackets that is not easily stepped over."""
        self.spend(STEP)
        self.look()
        self.at = RUNS[closing[-1]].match(self.data, self.at).end()
        if closing[-1] == b"}" and self.look() != b"}":
            self._key()
            self.look()

    def load(self) -> Any:
        """Step over a value; give it if it is a string, a list of strings or a number, and None for all else."""
        begin = self.at
        self.skip()
        if self.at - begin > LONGEST_PIECE or not TEXT.fullmatch(self.data, begin, self.at):
            return None
        return self._decode(self.data[begin : self.at])

    def load_lines(self, begin: int) -> tuple[list[str], bool]:
        """Decode as many whole strings of a list as there are.

        Parameters
        ----------
        begin : int
            Where the list begins.

        Returns
        -------
        lines : list of str
        closed : bool
            True if the list ends; False if the text does.

        Raises
        ------
        Broken
            If it is no list of strings, or something else stands among them.
        """
        found = LINES.match(self.data, begin)
        if found is None or len(found[1]) > LONGEST_PIECE:
            raise Broken
        closed = self.data[found.end() : found.end() + 1] == b"]"
        if not closed and not CUT_STRING.match(self.data, found.end()):
            raise Broken
        self.at = found.end() + closed
        return self._decode(b"[%b]" % found[1].rstrip().removesuffix(b",")), closed

    def _decode(self, piece: bytes) -> Any:
        text = piece.decode("utf-8", "surrogateescape")
        if SURROGATE.search(text):
            self.strays = True
            text = text.translate(STRAY)
        try:
            # Python takes minutes for an int of many digits, and none is needed here
            return json.loads(text, strict=False, parse_int=float)
        except (ValueError, RecursionError):
            raise Broken from None


def _as_utf8(content: bytes) -> bytes:
    encoding = json.detect_encoding(content)
    if encoding.startswith("utf-8"):
        return content.removeprefix(b"\xef\xbb\xbf")
    return content.decode(encoding, "replace").encode("utf-8", "replace")
