"""The command that starts the warm process: bubblewrap with an allow-list of read-only folders, and nothing else."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import course as course_package
from autograder.errors import PlainError
from autograder.sandbox import kept
from autograder.sandbox.inside.warden import WRITABLE
from course.assets import SHIPPED, assets_folder

INSIDE = Path(__file__).resolve().parent / "inside"
HOME = "/resound"
"""Where the course's own code stands in the sandbox."""
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
CONFIGURATION = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime", "/etc/ssl")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "USER": "student",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",
    "PYTHONPATH": HOME,
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "IPYTHONDIR": "/tmp/ipython",
    "NUMBA_CACHE_DIR": "/tmp/numba",
    "NBGRADER_EXECUTION": "sandbox",
    # a submission has a core, and a fork keeps no threads
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # which finds no place for semaphores here, and would warn of it
    "JOBLIB_MULTIPROCESSING": "0",
    "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "tensorflow"),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
PYTHON = (sys.executable, "-s", "-P", "-m", "autograder.sandbox.inside.warm")


class NoSandbox(PlainError):
    """This machine can't sandbox; the message says why, and what to do."""


def command(control: int) -> list[str]:
    """The command line of the warm process.

    Parameters
    ----------
    control : int
        The file descriptor that it talks to us through.

    Returns
    -------
    command : list of str

    Raises
    ------
    NoSandbox
        If bubblewrap is not installed.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise NoSandbox("bubblewrap is not installed. Bring it with: apt install bubblewrap (or dnf, pacman, zypper).")
    return [
        program,
        *_namespaces(),
        *_file_system(),
        *("--", _inside(PYTHON[0]), *PYTHON[1:], str(control)),
    ]


def bare_command(control: int) -> list[str]:
    """The same without bubblewrap: students' code may do whatever we may."""
    return [*PYTHON, str(control), "bare"]


def environment(bare: bool) -> dict[str, str]:
    """All that the warm process finds in its environment."""
    if not bare:
        return ENVIRONMENT
    return ENVIRONMENT | {"PYTHONPATH": str(INSIDE.parents[2]), "NUMBA_CACHE_DIR": str(kept.folder(kept.compiled()))}


def _namespaces() -> list[str]:
    kinds = ["--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() == 0:
        # the warm process becomes nobody: it needs the rights to do so, and gives them up with the rest
        rights = ("CAP_SETUID", "CAP_SETGID", "CAP_SYS_ADMIN")
        drop = ["--cap-drop", "ALL", *(word for right in rights for word in ("--cap-add", right))]
    else:
        drop = ["--unshare-user"]
    return [*kinds, *drop, "--hostname", "sandbox", "--new-session", "--die-with-parent"]


def _file_system() -> list[str]:
    """What can be seen: the system's programs, the interpreter with its packages, the course, the released assets."""
    words: list[str] = []
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    for path in CONFIGURATION:
        words += ["--ro-bind-try", path, path]
    bound = {_inside(path): path for path in _interpreter()}
    bound |= {
        f"{HOME}/autograder/sandbox/inside": str(INSIDE),
        f"{HOME}/course": str(Path(course_package.__file__).parent),
        **{f"{HOME}/assets/{name}": str(assets_folder() / name) for name in SHIPPED},
    }
    for folder in sorted({str(parent) for path in bound for parent in Path(path).parents} - {"/"}):
        words += ["--perms", "0755", "--dir", folder]
    for path, source in bound.items():
        words += ["--ro-bind", source, path]
    for path in _packages():
        # an installed course brings its grader along, which is nobody's business inside
        for own in (path / "autograder", path / "course"):
            if own.is_dir():
                words += ["--tmpfs", _inside(str(own)), "--remount-ro", _inside(str(own))]
    words += [
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--dev-bind",
        "/dev/null",
        "/dev/zero",
        "--perms",
        "0777",
        "--tmpfs",
        "/tmp",
    ]
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def _inside(path: str) -> str:
    """Where a folder stands in the sandbox: in its place, unless every submission gets an empty one there."""
    covered = any(Path(path).is_relative_to(folder) for folder in WRITABLE)
    return f"{HOME}/outside{path}" if covered else path


def _interpreter() -> list[str]:
    """The folders of Python and its packages that the system's own do not hold, outermost first."""
    executable = Path(sys.executable)
    folders = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *map(str, _packages())}
    folders |= {str(executable.parent), str(executable.resolve().parent.parent)}
    kept: list[str] = []
    for folder in sorted(folders, key=len):
        if folder != "/" and not any(Path(folder).is_relative_to(other) for other in (*kept, *SYSTEM)):
            kept.append(folder)
    return kept


def _packages() -> set[Path]:
    return {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
