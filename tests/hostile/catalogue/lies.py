"""Objects that lie: what a function returns says that it is what was expected."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from dataclasses import replace

from tests.hostile.attack import QUICK, Attack, code, family, solved

BRIEF = replace(QUICK, call_seconds=0.8, notebook_seconds=3.0)


def _lie(name: str, wants: str, definition: str) -> Attack:
    """Every exercise is answered by `lie`."""
    return Attack(
        name,
        wants,
        (code("import numpy as np\n" + definition + "\nprint('attacked')"),),
        {each: f"{each} = lambda *_, **__: lie()" for each in solved()},
        limits=BRIEF,
    )


ATTACKS = family(
    "lies",
    [
        _lie(
            "array that is equal to everything",
            "comparison operators to be its own",
            """
class Lie(np.ndarray):
    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = lambda self, other: np.ones(np.shape(other), bool)
    __ne__ = lambda self, other: np.zeros(np.shape(other), bool)
    __sub__ = __rsub__ = lambda self, other: np.zeros(np.shape(other))
    __abs__ = lambda self: np.zeros(1)
lie = lambda: np.zeros(3).view(Lie)
""",
        ),
        _lie(
            "array that answers for NumPy",
            "NumPy's functions to be its own",
            """
class Lie(np.ndarray):
    def __array_function__(self, function, types, args, kwargs): return True
    def __array_ufunc__(self, function, method, *inputs, **kwargs): return np.True_
lie = lambda: np.zeros(3).view(Lie)
""",
        ),
        _lie(
            "another array each time",
            "to be looked at once and compared another time",
            """
class Lie:
    looks = 0
    def __array__(self, *_, **__):
        Lie.looks += 1
        return np.zeros(Lie.looks)
lie = Lie
""",
        ),
        _lie(
            "false class",
            "to be taken for a number",
            "class Lie:\n    __class__ = property(lambda self: float)\nlie = Lie",
        ),
        _lie(
            "float that is equal to everything",
            "comparison operators to be its own",
            """
class Lie(float):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *_: 0.0
lie = lambda: Lie(1)
""",
        ),
        _lie(
            "text, numbers, tuples and dicts of its own",
            "types that look plain to run its code in the grader",
            """
class Text(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
class Whole(int):
    __eq__ = __le__ = __index__ = lambda self, *_: True
    __hash__ = lambda self: 0
class Row(tuple):
    __len__ = lambda self: 5
    __getitem__ = lambda self, index: 0.0
class Table(dict):
    __missing__ = lambda self, key: True
    get = lambda self, *_: True
lie = lambda: [Text("result"), Whole(1), Row((1, 2)), Table({Text("points"): 3.0})]
""",
        ),
        _lie("generator", "to answer while it is compared", "lie = lambda: (value for value in iter(float, 1))"),
        _lie(
            "sequence without an end",
            "the grader to count for ever",
            """
class Lie:
    __len__ = lambda self: 1 << 40
    __getitem__ = lambda self, index: 0.0
lie = Lie
""",
        ),
        _lie("huge shape", "the grader to lay out terabytes", "lie = lambda: np.broadcast_to(0.0, (1 << 20, 1 << 20))"),
        _lie("empty, but huge", "the grader to lay out terabytes", "lie = lambda: np.zeros((1 << 40, 0))"),
        _lie(
            "strange dtypes",
            "an object to cross as a number",
            """
kinds = iter([np.array([print], object), np.array(["3.0"]), np.array([b"3.0"]), np.array(["2020"], "M8[Y]"),
    np.array([(1, 2.0)], [("a", int), ("b", float)]), np.zeros(3, "V8"), np.ma.masked_all(3), np.array([1], "m8[s]"),
    np.recarray(2, [("a", float)]), np.zeros((1,) * 12), np.zeros(2, ">c16"), np.zeros(2, np.clongdouble)] * 20)
lie = lambda: next(kinds)
""",
        ),
        _lie(
            "object to be unpickled",
            "its code to run where it is unpacked",
            """
class Lie:
    def __reduce__(self): return (eval, ("__import__('pathlib').Path('<OUTSIDE>/unpickled').touch()",))
    def __array__(self, *_, **__): return np.array([self], object)
lie = Lie
""",
        ),
        _lie(
            "list in itself", "the grader to walk in a circle", "lie = []\nlie.append(lie)\nlie = lambda lie=lie: lie"
        ),
        _lie(
            "function, class, module",
            "an object to cross",
            "kinds = iter([print, type, np, lambda: 3.0, ..., NotImplemented] * 40)\nlie = lambda: next(kinds)",
        ),
        _lie(
            "keys of every kind",
            "a key that has no hash",
            "kinds = iter([{(1, 2): 3}, {1.5: 2}, {None: 1}, {frozenset(): 1}, {b'a': 1}, {'a': {1j: 2}}] * 40)\nlie = lambda: next(kinds)",
        ),
        _lie(
            "exception that lies",
            "its text to reach the grader as something else",
            """
class Lie(Exception):
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__
    __class__ = property(lambda self: KeyboardInterrupt)
def lie(): raise Lie
""",
        ),
        _lie("interrupt", "the judge to think that somebody pressed a key", "def lie(): raise KeyboardInterrupt"),
        _lie(
            "a generator's end, and other exits",
            "the judge to end",
            "kinds = iter([StopIteration, GeneratorExit, SystemExit(0), RecursionError] * 40)\ndef lie(): raise next(kinds)",
        ),
    ],
)
