"""Numbers as people type them: with a unit or without, with a decimal comma or a point."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pint

DEFINITIONS = """
kibi- = 1024 = Ki-
mebi- = 1048576 = Mi-
gibi- = 1073741824 = Gi-
micro- = 1e-6 = µ- = μ- = u-
milli- = 1e-3 = m-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
meter = [length] = m = metre
second = [time] = s = sec
minute = 60 * second = min
hour = 3600 * second = h
hertz = 1 / second = Hz = Hertz
bit = [information]
byte = 8 * bit = B
nat = [surprise]
percent = 0.01
decibel = [level] = dB = dBFS
mel = [mel]
sample = [sample]
frame = [frame]
bin = [bin]
"""
QUANTITIES = {
    "[time]": "a time",
    "1 / [time]": "a frequency",
    "[length]": "a length",
    "[information]": "an amount of memory",
    "[information] / [time]": "a rate of data",
    "[level]": "a level in dB",
    "[mel]": "mel",
    "dimensionless": "a plain number",
}
SEPARATORS = "\u00a0\u202f\u2009'’_"
"""What stands between thousands in one country or another, beside the point and the comma."""
NUMBER = r"(?<![\w.,])(\d[\d.,]*|[.,]\d+)((?:[eE][-+]?\d+)?)"


@dataclass(frozen=True)
class Typed:
    """What somebody typed, as numbers in the unit that was asked for."""

    numbers: tuple[float, ...] = ()
    """more than one where `1,025` may be read in two ways"""
    problem: str = ""
    """a friendly request, where it is no number in that unit; nothing is lost by it"""


def read(text: str, unit: str = "") -> Typed:
    """Read a typed number.

    Parameters
    ----------
    text : str
        Such as "1,025", "1.025e3", "1025 frames", "0.5 s", "3·10^4", "22050/1024".
    unit : str
        What is asked for, such as "ms"; a number that is typed without a unit is taken to be in it. Where none is
        asked for, a noun behind a number (`1025 frames`) says nothing.

    Returns
    -------
    typed : Typed
    """
    tidy = _tidy(text)
    if not re.search(r"\d", tidy):
        return Typed(problem=f"Please type a number{f' in {unit}' if unit else ''}, for example {_example(unit)}.")
    numbers: list[float] = []
    problem = ""
    for reading in _readings(tidy):
        try:
            number = _in_unit(reading, unit)
        except Unreadable as error:
            problem = problem or str(error)
            continue
        if number not in numbers:
            numbers.append(number)
    return Typed(tuple(numbers)) if numbers else Typed(problem=problem)


class Unreadable(Exception):
    """No number in the unit that is asked for; the message is a request."""


def _tidy(text: str) -> str:
    """One way of writing for signs that have several."""
    text = text.strip().rstrip(".").replace("−", "-").replace("–", "-").replace("%", " percent ")
    text = re.sub(rf"(?<=\d)[{SEPARATORS}](?=\d{{3}})", "", text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
    text = text.replace("×", "*").replace("·", "*").replace("^", "**").replace("²", "**2").replace("÷", "/")
    return re.sub(r"^(?:about|ca\.?|circa|approx\.?|≈|~|=)\s*", "", text, flags=re.IGNORECASE)


def _readings(text: str) -> list[str]:
    """The text with plain numbers; where a comma may stand between thousands, in both ways."""
    readings = [
        re.sub(NUMBER, lambda found, way=way: _plain(*found.groups(), way), text) for way in (_decimal, _thousands)
    ]
    return list(dict.fromkeys(readings))


def _plain(number: str, exponent: str, way: Callable[[str], str]) -> str:
    """A number as Python writes it, with a point: of whole numbers Python would work out 9**9**9 to the last digit."""
    plain = _decimal(number) if exponent else way(number)
    return f"{plain if '.' in plain else plain + '.0'}{exponent}"


def _decimal(number: str) -> str:
    """The last of commas and points is a decimal one, unless it stands there twice."""
    last = max(number.rfind(","), number.rfind("."))
    if last < 0:
        return number
    whole, sign = re.sub(r"[.,]", "", number[:last]), number[last]
    return re.sub(r"[.,]", "", number) if number.count(sign) > 1 else f"{whole}.{number[last + 1 :]}"


def _thousands(number: str) -> str:
    """All commas stand between thousands, if they stand where those do; a single point is a decimal one, always."""
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", number)
    return re.sub(r"[.,]", "", number) if grouped else _decimal(number)


def _in_unit(text: str, unit: str) -> float:
    """The number that a text says, in a unit."""
    registry = _registry()
    if re.search(r"[\d.]\s+[\d.]+(?![\d.]*\s*/)", text):  # which would be a product
        raise Unreadable(f"I can't read that as one number. Please type it like {_example(unit)}.")
    try:
        quantity = registry.Quantity(registry.parse_expression(text))
    except pint.UndefinedUnitError as error:
        return _counted(text, unit, str(error.args[0] if isinstance(error.args[0], str) else error.args[0][0]))
    except Exception:  # whatever a text can do to a parser
        raise Unreadable(f"I can't read that as a number. Please type it like {_example(unit)}.") from None
    if not math.isfinite(quantity.magnitude):
        raise Unreadable(f"That is no finite number. Please type it like {_example(unit)}.")
    if quantity.units == registry.dimensionless:
        return float(quantity.magnitude)
    asked = registry.Unit(unit.replace("%", "percent") or "dimensionless")
    if not unit and not quantity.is_compatible_with("dimensionless"):
        return float(quantity.magnitude)
    try:
        return float(quantity.to(asked).magnitude)
    except pint.DimensionalityError:
        wanted, got = (QUANTITIES.get(str(each.dimensionality)) for each in (1 * asked, quantity))
        what = f": {wanted} is asked for, and that is {got}" if wanted and got else ""
        raise Unreadable(f"That is in another unit than {unit}{what}. Please type it in {unit}.") from None


def _counted(text: str, unit: str, noun: str) -> float:
    """A number with a noun that is no unit: fine where no unit is asked for."""
    found = re.fullmatch(r"([-+]?[\d.]+(?:e[-+]?\d+)?)\s*[^\W\d_]+", text.strip(), re.IGNORECASE)
    if found and not unit:
        return float(found[1])
    wanted = f"Please type the number in {unit}" if unit else "Please type the number alone"
    raise Unreadable(f"I don't know the unit {noun!r}. {wanted}, for example {_example(unit)}.")


def _example(unit: str) -> str:
    return f"`12.5 {unit}`".replace(" `", "`")


@cache
def _registry() -> pint.UnitRegistry:
    """The units of this course, and no others: `min` is a minute, `dB` a plain number with a name."""
    registry = pint.UnitRegistry(None)
    for line in DEFINITIONS.strip().splitlines():
        registry.define(line)
    return registry
