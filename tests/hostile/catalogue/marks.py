"""Marks without work: what notebooks, IPython, nbgrader and Python itself can be talked into."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from tests.hostile.attack import Attack, code, family, solved, source_of


def _graded(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]


def _full_marks(cell: dict) -> list[dict]:
    points = {"text/plain": str(float(cell["metadata"]["nbgrader"]["points"]))}
    return [{"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": 1}]


def _skip(notebook: dict) -> None:
    for cell in _graded(notebook):
        cell["metadata"]["tags"] = ["skip-execution"]
        cell["outputs"] = _full_marks(cell)


def _raise_points(notebook: dict) -> None:
    for cell in _graded(notebook):
        cell["metadata"]["nbgrader"]["points"] = 1000


def _write_own_marks(notebook: dict) -> None:
    for cell in _graded(notebook):
        cell["source"] = str(float(cell["metadata"]["nbgrader"]["points"]))


def _delete_checks(notebook: dict) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in _graded(notebook)]


def _double_checks(notebook: dict) -> None:
    notebook["cells"] += [cell | {"source": "3.0", "outputs": _full_marks(cell)} for cell in _graded(notebook)]


def _swap_names(notebook: dict) -> None:
    """What answers is called a check, and what checks an answer."""
    for cell in notebook["cells"]:
        told = cell["metadata"].get("nbgrader", {})
        if told.get("solution"):
            told |= {"grade": True, "solution": False, "points": 3, "grade_id": f"check_{told['grade_id']}"}
            cell["source"] = "3.0"
        elif told.get("grade"):
            told |= {"grade": False, "solution": True, "grade_id": told["grade_id"].removeprefix("check_")}


def _unlock(notebook: dict) -> None:
    """Begins another lesson, whose exercises would be easier."""
    for cell in notebook["cells"]:
        if source_of(cell).startswith("begin("):
            cell["source"] = "def begin(*_): pass\ndef check(function): return 3.0"
            cell["metadata"]["nbgrader"]["locked"] = False


def _other_kernel(notebook: dict) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "forger", "display_name": "forger", "language": "bash"}}


MODULES = {
    "numpy.py": b"raise SystemExit",
    "sitecustomize.py": b"import course.check; course.check.check = lambda function: 100.0",
    "usercustomize.py": b"raise SystemExit",
    "evil.pth": b"import os; os._exit(0)",
    "course/__init__.py": b"raise SystemExit",
    "course/check.py": b"check = lambda function: 100.0",
    "ipython_config.py": b"c.InteractiveShellApp.exec_lines = ['raise SystemExit']",
    "nbgrader_config.py": b"raise SystemExit",
    "checks.py": b"raise SystemExit",
}

ATTACKS = family(
    "marks",
    [
        Attack("skip-execution tag", "its own outputs to count as the result of a check", edit=_skip, shows=""),
        Attack(
            "own display hook",
            "its own number to be the result of every cell",
            (
                code(
                    "import sys\nsys.displayhook(2.0)\ntype(get_ipython().displayhook).__call__ = lambda self, value=None: None\nprint('attacked')"
                ),
            ),
        ),
        Attack(
            "input transformer",
            "every check to be replaced by a number before it is run",
            (
                code("""
                    shell = get_ipython()
                    def transform(lines):
                        return ["3.0\\n"] if any("check(" in line for line in lines) else lines
                    shell.input_transformers_cleanup.append(transform)
                    shell.input_transformers_post.append(transform)
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "syntax tree transformer",
            "every check to be replaced by a number after it is parsed",
            (
                code("""
                    import ast
                    class Forge(ast.NodeTransformer):
                        def visit_Call(self, node):
                            return ast.Constant(3.0) if getattr(node.func, "id", "") == "check" else node
                    get_ipython().ast_transformers.append(Forge())
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched ExecutionResult",
            "a cell that fails to count as one that succeeds",
            (
                code("""
                    from IPython.core.interactiveshell import ExecutionResult
                    ExecutionResult.success = True
                    ExecutionResult.result = 3.0
                    ExecutionResult.raise_error = lambda self: None
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched showtraceback",
            "no error to be seen",
            (
                code("""
                    shell = get_ipython()
                    shell.showtraceback = shell._showtraceback = lambda *_, **__: print(3.0)
                    shell.set_custom_exc((BaseException,), lambda *_, **__: None)
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "events of the shell",
            "a number to be shown after each check",
            (
                code("""
                    for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
                        get_ipython().events.register(event, lambda *_: get_ipython().displayhook(3.0))
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched comparisons of NumPy",
            "every comparison of results to be true",
            (
                code("""
                    import numpy as np
                    from course.check import compare
                    yes = lambda *_, **__: True
                    np.allclose = np.array_equal = np.isclose = np.testing.assert_allclose = yes
                    np.abs = np.max = lambda *_, **__: 0.0
                    compare.is_close = compare._is_wrong = yes
                    compare.find_difference = lambda *_, **__: None
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched asarray",
            "what is compared to be the expected result itself",
            (
                code("""
                    import numpy as np
                    import course.numbers
                    before = np.asarray
                    np.asarray = lambda value, *_, **__: before(0.0)
                    course.numbers.as_numbers = lambda value: before(0.0)
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched check",
            "a check of its own to be called",
            (
                code("""
                    import course.check, course.check.session
                    def check(function):
                        return 3.0
                    course.check.check = course.check.session.check = check
                    print("attacked")
                """),
            ),
            after=(code("check = lambda function: 100.0\ncheck(hann)"),),
        ),
        Attack(
            "patched examine",
            "the words of a check to be marks",
            (
                code("""
                    from autograder.sandbox.inside import answers
                    from course.check import examine, session
                    from course.check.verdict import Outcome, Verdict
                    def forged(bank, exercise, function, *_):
                        return Verdict(exercise.name, Outcome.PASSED, 100.0, 100.0)
                    examine.examine = session.examine = answers.examine = forged
                    answers.answer_diagnosis = lambda *_, **__: {"outcome": "PASSED", "says": ["3 of 3 points"]}
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched attempt",
            "a call that was never made to have the expected result",
            (
                code("""
                    from autograder.sandbox.inside import answers
                    from course.check import attempt, bank, examine
                    lesson = bank.load_bank("02_stft")
                    def forged(function, case):
                        expected = [each for exercise in lesson.exercises.values() for each in exercise.expected]
                        return attempt.Attempt(expected[0])
                    attempt.attempt = examine.attempt = answers.attempt = forged
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "patched built-ins",
            "Python's own words to mean something else",
            (
                code("""
                    import builtins
                    builtins.float = lambda *_: 3.0
                    builtins.isinstance = builtins.callable = builtins.all = lambda *_: True
                    builtins.sum = builtins.round = lambda *_: 15
                    builtins.sorted = builtins.set = lambda *_: []
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "own results",
            "the result of a cell of its own to be counted",
            (code("print('attacked')\n15.0"),),
            after=(
                code("15.0", nbgrader={"grade": True, "grade_id": "check_own", "locked": True, "points": 100}),
                code("15.0", nbgrader={"grade": True, "grade_id": "check_hann", "locked": True, "points": 100}),
            ),
        ),
        Attack(
            "more points in the metadata",
            "more than the exercise is worth",
            (),
            solved("hann"),
            (),
            _raise_points,
            earns=2.0,
            shows="",
        ),
        Attack("edited checks", "a number in place of a check", edit=_write_own_marks, shows="Locked, but edited"),
        Attack("deleted checks", "what is not checked to be right", edit=_delete_checks, shows="Missing, and put back"),
        Attack("doubled checks", "a second check to count", edit=_double_checks, shows="More than once there"),
        Attack("swapped names", "an answer to stand for its own check", edit=_swap_names, shows=""),
        Attack("edited beginning", "the course's calls to be its own", edit=_unlock, shows="Locked, but edited"),
        Attack(
            "another kernel",
            "an interpreter of its own to run the notebook",
            (code("print('attacked')"),),
            edit=_other_kernel,
        ),
        Attack(
            "calls the judge",
            "a judge in its own process",
            (
                code("""
                    import os
                    from importlib.metadata import entry_points
                    os.environ["NBGRADER_EXECUTION"] = "autograde"
                    os.environ["RESOUND_COURSE"] = "<COURSE>"
                    for load in (lambda: next(iter(entry_points(group="resound.judge"))).load(),
                                 lambda: __import__("autograder.stock").stock.judge,
                                 lambda: __import__("autograder.judge").judge):
                        try:
                            print("has the judge", load())
                        except Exception as error:
                            print("attacked", type(error).__name__)
                """),
            ),
            after=(code("check(hann)"),),
            gained=lambda result: "the judge" * ("has the judge" in result.text),
        ),
        Attack(
            "a judge of its own",
            "its own module to be taken for the grader's",
            (
                code("""
                    import os, sys, types
                    for name in ("nbgrader", "autograder.stock", "autograder.judge", "autograder.testing"):
                        sys.modules[name] = module = types.ModuleType(name)
                        module.judge = module.assert_close = lambda *_, **__: 3.0
                    os.environ["NBGRADER_EXECUTION"] = "autograde"
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "modules beside the notebook",
            "its files to be imported in place of the real ones",
            (
                code("""
                    import course, numpy, os, sys
                    print("attacked", numpy.__file__, os.getcwd(), os.listdir())
                    for place in ("", "."):
                        sys.path.insert(0, place)
                    import checks
                """),
            ),
            ships=MODULES,
            shows="No module named 'checks'",
        ),
        Attack(
            "modules written at run time",
            "the next process to import them",
            (
                code(f"""
                    import os
                    for folder in (".", os.path.expanduser("~/.local/lib/python3.11/site-packages"), "/tmp/ipython/profile_default/startup"):
                        os.makedirs(folder, exist_ok=True)
                        for name, content in {MODULES!r}.items():
                            os.makedirs(os.path.dirname(os.path.join(folder, name)) or ".", exist_ok=True)
                            with open(os.path.join(folder, name), "wb") as file:
                                file.write(content)
                """),
                code("import os\nos._exit(0)"),
                code("import numpy, os\nprint('attacked', len(os.listdir('.')), hasattr(numpy, 'ndarray'))"),
            ),
        ),
        Attack(
            "an answer that is called otherwise",
            "an object that answers to every name",
            (
                code("""
                    class Everything:
                        def __call__(self, *_, **__): return self
                        def __getattr__(self, name): return self
                        def __eq__(self, other): return True
                        def __bool__(self): return True
                    slice_into_frames = hann = get_stft = get_spectrogram = to_db = louder_by_db = Everything()
                    print("attacked")
                """),
            ),
            {name: "print('attacked')" for name in solved()},
        ),
        Attack(
            "visible cases learnt by heart",
            "the hidden cases to be the visible ones",
            (
                code("""
                    import numpy as np
                    from course.check import bank
                    exercises = bank.load_bank("02_stft").exercises
                    def by_heart(name):
                        def answer(*given, **named):
                            for case, expected in zip(exercises[name].cases, exercises[name].expected):
                                if len(case.positional) == len(given) and np.array_equal(case.positional[0], given[0]):
                                    return expected
                            return exercises[name].expected[0]
                        return answer
                    print("attacked")
                """),
            ),
            {name: f"{name} = by_heart('{name}')" for name in solved()},
        ),
        Attack(
            "the nearest visible case",
            "to be near enough",
            (
                code("""
                    import numpy as np
                    from course.check import bank
                    exercises = bank.load_bank("02_stft").exercises
                    def nearest(name):
                        def answer(*given, **named):
                            sizes = [abs(np.size(case.positional[0]) - np.size(given[0])) for case in exercises[name].cases]
                            return exercises[name].expected[int(np.argmin(sizes))]
                        return answer
                    print("attacked")
                """),
            ),
            {name: f"{name} = nearest('{name}')" for name in solved()},
        ),
        Attack(
            "hidden tests sorted out by time",
            "to be another function while the hidden tests run",
            (code("import sys, time\nbegun = time.monotonic()\nprint('attacked')"),),
            {
                "hann": """
                    def hann(window_length):
                        frame, told = sys._getframe(), []
                        while frame:
                            told += [value for value in frame.f_locals.values() if callable(value)]
                            frame = frame.f_back
                        for each in told:
                            if getattr(each, "__name__", "") == "reference":
                                return each(window_length)
                        return 0.0 if time.monotonic() - begun < 1 else 1.0
                """
            },
        ),
    ],
)
