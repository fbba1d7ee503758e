"""Whether this machine can do it: doctor."""

import typer

from autograder.cli.terminal import CourseOption, console, course_at


def doctor(course: CourseOption = None) -> None:
    """Say what is missing on this machine, and which command brings it."""
    from autograder.doctor import examine_machine

    findings = examine_machine(course_at(course))
    for finding in findings:
        mark = "[green]✔[/]" if finding.present else "[red]✘[/]" if finding.required else "[yellow]○[/]"
        console.print(f"{mark} {finding.name}", highlight=False)
        if not finding.present:
            console.print(
                f"    needed for {finding.needed_for}; bring it with: [bold]{finding.remedy}[/]", highlight=False
            )
    if any(finding.required and not finding.present for finding in findings):
        raise typer.Exit(1)
    able = all(finding.present for finding in findings if finding.name.startswith("sandbox"))
    console.print(f"This machine can build and teach the course{', and grade it safely' if able else ''}.")
    if not able:
        console.print("Without a sandbox it grades only if told to: autograder grade --unsafe-no-sandbox")
