"""A class of any size, each of whom writes alone: from the reference and its rewritings, with faults and habits.

What they do to a text is what people do: name a step, spell a square otherwise, look at a shape, guard against an empty
signal. Many do the same by chance. Some have lines that are nobody else's.
"""

import ast
import random
from collections.abc import Callable, Iterator

from autograder.lesson import Lesson
from autograder.stubs import without_marks

GUARDS = (
    "{x} = np.asarray({x})",
    "{x} = np.array({x}, dtype=float)",
    "{x} = np.asarray({x}, dtype=np.float64)",
    "assert {x} is not None",
    "assert np.all(np.isfinite({x}))",
    "print({x})",
    "print(np.shape({x}))",
    "print('got', type({x}), np.shape({x}))",
    "if np.size({x}) == 0:\n    raise ValueError('nothing to do')",
    "if np.size({x}) == 0:\n    return {x}",
    "if not isinstance({x}, np.ndarray):\n    {x} = np.array({x})",
)
LOOKS = ("min", "max", "mean", "std", "sum", "median", "ptp", "var", "prod", "argmax", "argmin", "any", "all", "ndim")
WRAPS = ("abs", "real", "square", "atleast_1d", "ravel", "sort", "diff", "copy", "nan_to_num", "sign", "flip", "unique")
ELEMENTARY = ("float", "str", "repr", "bool", "len", "type")


def honest_class(lesson: Lesson, size: int, seed: int) -> dict[str, dict[str, str]]:
    """The answers of `size` students, by student and exercise, all written independently of each other."""
    chance = random.Random(f"{lesson.name}/{seed}")
    writings = list(lesson.rewritings().values())
    return {f"student_{number:03d}": _write(lesson, writings, chance) for number in range(size)}


def copied(answers: dict[str, str], chance: random.Random) -> dict[str, str]:
    """What somebody hands in who copies and hides it: renamed, reordered, reformatted."""
    return {name: _disguise(source, name, chance) for name, source in answers.items()}


def _write(lesson: Lesson, writings: list[dict[str, str]], chance: random.Random) -> dict[str, str]:
    """One student: a favourite way of writing, and habits that are more or less strong."""
    favourite = chance.choice([None, None, *writings])
    habit, own = chance.choice([0.0, 0.15, 0.3, 0.5]), chance.choice([0, 0, 1, 1, 2, 3])
    answers = {}
    for name, exercise in lesson.exercises.items():
        way = favourite if chance.random() < 0.7 else chance.choice([None, *writings])
        source = exercise.source if way is None or name not in way else way[name]
        faults = [fault for fault in exercise.misconceptions if not fault.released]
        if chance.random() < 0.15 and faults:
            source = exercise.faulty_source(chance.choice(faults))
        answers[name] = _with_habits(without_marks(source), habit, own, chance)
    return answers


def _with_habits(source: str, habit: float, own: int, chance: random.Random) -> str:
    tree = ast.parse(source)
    for change in chance.sample(CHANGES, len(CHANGES)):
        if chance.random() < habit * 1.5:
            tree = change(habit, chance).visit(tree)
    for function in _functions(tree):
        for _ in range(chance.choice(range(own + 1))):
            place = chance.randrange(len(function.body))
            function.body.insert(place, ast.parse(_own_line(_names(function, place), chance)).body[0])
    return ast.unparse(tree)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (each for each in tree.body if isinstance(each, ast.FunctionDef))


def _names(function: ast.FunctionDef, place: int) -> list[str]:
    """What has a value when the statement at that place is reached."""
    given = [argument.arg for argument in function.args.args]
    return given + [
        target.id
        for statement in function.body[:place]
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def _own_line(names: list[str], chance: random.Random) -> str:
    """A look at what there is, as nobody else would take it."""
    looked = _expression(names, chance, chance.randint(1, 3))
    kind = chance.randrange(5)
    if kind == 0:
        return f"print({', '.join([looked, *chance.sample(names, min(len(names), chance.randint(0, 2)))])})"
    if kind == 1:
        return f"assert {looked} is not {_expression(names, chance, 1)}"
    if kind == 2:
        return f"if {looked} == {_expression(names, chance, 1)}:\n    print({_expression(names, chance, 1)})"
    if kind == 3:
        return f"for turn in range({chance.randint(1, 3)}):\n    seen = {looked}, turn"
    return f"check_{chance.randint(1, 9)} = {looked}"


def _expression(names: list[str], chance: random.Random, depth: int) -> str:
    inside = chance.choice(names) if depth == 1 else _expression(names, chance, depth - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return f"np.{chance.choice(LOOKS)}({inside})"
    if kind == 1:
        return f"np.{chance.choice(WRAPS)}({inside})"
    if kind == 2:
        return f"{chance.choice(ELEMENTARY)}({inside})"
    return f"({inside}, {chance.choice(names)})"


class _Habit(ast.NodeTransformer):
    """A way of writing that is followed now and then."""

    def __init__(self, habit: float, chance: random.Random):
        self.habit, self.chance = 0.3 + habit, chance

    def now(self) -> bool:
        return self.chance.random() < self.habit


class _Squares(_Habit):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2" and self.now():
            x = ast.unparse(node.left)
            return _parsed(
                self.chance.choice([f"({x}) * ({x})", f"np.square({x})", f"np.power({x}, 2)", f"pow({x}, 2)"])
            )
        return node


class _Halves(_Habit):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.FloorDiv) and self.now():
            x, y = ast.unparse(node.left), ast.unparse(node.right)
            ways = [f"int(({x}) / ({y}))", f"int(np.floor(({x}) / ({y})))", f"math.floor(({x}) / ({y}))"]
            return _parsed(self.chance.choice(ways))
        return node


class _Swaps(_Habit):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult) and self.now():
            node.left, node.right = node.right, node.left
        return node


class _Lengths(_Habit):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "len" and self.now():
            x = ast.unparse(node.args[0])
            return _parsed(
                self.chance.choice([f"({x}).shape[0]", f"np.shape({x})[0]", f"np.size({x}, 0)", f"({x}).size"])
            )
        return node


class _Columns(_Habit):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.slice) in (":, None", "(slice(None), None)") and self.now():
            x = ast.unparse(node.value)
            return _parsed(
                self.chance.choice([f"({x})[:, np.newaxis]", f"({x}).reshape(-1, 1)", f"np.expand_dims({x}, 1)"])
            )
        return node


class _Ranges(_Habit):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.func) in ("np.arange", "range") and len(node.args) == 1 and self.now():
            node.args.insert(0, ast.Constant(0))
        return node


class _NamedSteps(_Habit):
    """Gives a name to what stands inside of a call, or to what is returned."""

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.AST]:
        return self._taken_out(node)

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.AST]:
        if isinstance(node.value, ast.Name | None) or not self.now():
            return node
        return [_named("result", node.value), ast.Return(ast.Name("result", ast.Load()))]

    def _taken_out(self, node: ast.Assign) -> ast.AST | list[ast.AST]:
        called = node.value
        if isinstance(called, ast.Call) and called.args and self.now():
            place = self.chance.randrange(len(called.args))
            inner = called.args[place]
            if isinstance(inner, ast.Call | ast.BinOp | ast.Subscript):
                called.args[place] = ast.Name("step", ast.Load())
                return [_named("step", inner), node]
        if isinstance(called, ast.BinOp) and isinstance(called.left, ast.Call | ast.BinOp) and self.now():
            inner, called.left = called.left, ast.Name("part", ast.Load())
            return [_named("part", inner), node]
        return node


class _Guards(_Habit):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        for argument in node.args.args:
            if self.chance.random() < 0.4:
                node.body.insert(0, ast.parse(self.chance.choice(GUARDS).format(x=argument.arg)).body[0])
        return node


class _Helpers(_Habit):
    """Moves what is returned into a function inside of the function."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        last = node.body[-1]
        if isinstance(last, ast.Return) and last.value is not None and self.now():
            node.body[-1:] = [_parsed_statement("def finish():\n    return 0"), _parsed_statement("return finish()")]
            node.body[-2].body = [last]
        return node


CHANGES: list[Callable] = [
    *(_Squares, _Halves, _Swaps, _Lengths, _Columns, _Ranges, _NamedSteps, _NamedSteps, _Guards, _Helpers),
]


def _named(name: str, value: ast.expr) -> ast.Assign:
    # without the number of its line it could not be written as text
    return ast.Assign([ast.Name(name, ast.Store())], value, lineno=0)


def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def _parsed_statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def _disguise(source: str, exercise: str, chance: random.Random) -> str:
    tree = ast.parse(source)
    for function in _functions(tree):
        _reorder(function.body, chance)
    made = {name for name in _made_names(tree) if name != exercise}
    new = {name: f"{''.join(chance.choices('aeiklmnorstu', k=5))}_{number}" for number, name in enumerate(sorted(made))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = new.get(node.arg, node.arg)
        elif isinstance(node, ast.FunctionDef):
            node.name = new.get(node.name, node.name)
    return _reformat(ast.unparse(tree), chance)


def _made_names(tree: ast.AST) -> set[str]:
    """What the text itself gives a name to."""
    stored = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    given = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    return stored | given | {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def _reorder(body: list[ast.stmt], chance: random.Random) -> None:
    """Exchange neighbours of which neither needs the other."""
    for _ in range(3):
        for place in range(len(body) - 1):
            one, other = body[place], body[place + 1]
            plain = all(isinstance(each, ast.Assign | ast.Expr | ast.Assert) for each in (one, other))
            free = not (_stores(one) & _mentions(other) or _stores(other) & _mentions(one))
            if plain and free and chance.random() < 0.7:
                body[place], body[place + 1] = other, one


def _stores(statement: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _mentions(statement: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}


def _reformat(source: str, chance: random.Random) -> str:
    """Comments, blank lines, and lines broken inside of brackets."""
    lines = []
    for line in source.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        if chance.random() < 0.3:
            lines.append(f"{indent}# {chance.choice(['now the next step', 'as in the lecture', 'todo', 'works!'])}")
        if chance.random() < 0.2:
            lines.append("")
        if "(" in line and ", " in line[line.index("(") :] and "'" not in line and chance.random() < 0.4:
            place = line.index(", ", line.index("("))
            inside = line[:place].count("(") + line[:place].count("[") > line[:place].count(")") + line[:place].count(
                "]"
            )
            line = f"{line[: place + 1]}\n{indent}        {line[place + 2 :]}" if inside else line
        lines.append(line)
    return "\n".join(lines)
