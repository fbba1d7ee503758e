"""The command line: autograder build | new | lint | collect | grade | feedback | report | export | demo | doctor."""

import typer

from autograder.cli.authoring import build, lint, new
from autograder.cli.campus import collect, export
from autograder.cli.grading import demo, feedback, grade, report
from autograder.cli.machine import doctor

app = typer.Typer(
    help="Build the course, grade submissions, look after the machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (demo, build, new, lint, collect, grade, feedback, report, export, doctor):
    app.command()(command)
