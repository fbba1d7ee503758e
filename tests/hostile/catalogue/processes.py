"""Processes: to kill, to stop, to outlive, to leave something behind."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from dataclasses import replace

from tests.hostile.attack import QUICK, Attack, code, family, says

BRIEF = replace(QUICK, cell_seconds=1.0, notebook_seconds=4.0, call_seconds=1.0)
LEAVES = """
import ctypes, os, socket
libc = ctypes.CDLL(None)
left = []
for path in ("/tmp/left", "/dev/shm/left", "/var/tmp/left", "/run/left"):
    left.append(os.path.exists(path))
    try: open(path, "w").write("left")
    except OSError: pass
left.append(libc.shmget(0x1eaf, 4096, 0) >= 0)
left.append(libc.msgget(0x1eaf, 0) >= 0)
left.append(libc.semget(0x1eaf, 1, 0) >= 0)
for create in (lambda: libc.shmget(0x1eaf, 4096, 0o1666), lambda: libc.msgget(0x1eaf, 0o1666), lambda: libc.semget(0x1eaf, 1, 0o1666)):
    create()
left.append(libc.mq_open(b"/left", 0) >= 0)
libc.mq_open(b"/left", 0o102, 0o666, None)
with socket.socket(socket.AF_UNIX) as there:
    left.append(there.connect_ex("\\0left") == 0)
here = socket.socket(socket.AF_UNIX)
here.bind("\\0left")
here.listen()
print("FOUND" if any(left) else "attacked", left)
"""

ATTACKS = family(
    "processes",
    [
        Attack(
            "kills whoever it can name",
            "to end the grader, the warm process, its warden, a neighbour",
            (
                code("""
                    import os, signal
                    for number in (signal.SIGSTOP, signal.SIGKILL):
                        for pid in [os.getppid(), <GRADER>, *range(2, 400), -1]:
                            try:
                                os.kill(pid, number)
                                if pid > 1 and pid != os.getpid(): print("KILLED", pid)
                            except OSError: pass
                    print("attacked", os.getpid())
                """),
            ),
            gained=says("KILLED"),
        ),
        Attack(
            "kills and stops itself",
            "to be taken for somebody who was killed from outside, and graded for ever",
            (
                code(
                    "import os, signal\nfor number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP):\n    os.kill(os.getpid(), number)\n    signal.raise_signal(number)\nprint('attacked')"
                ),
            ),
        ),
        Attack(
            "a child kills its parent",
            "to end the process that is graded, from behind",
            (
                code(
                    "import os, signal\nprint('attacked')\nif os.fork() == 0:\n    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT):\n        os.kill(1, number)\n    os._exit(0)\nos.wait()"
                ),
            ),
        ),
        Attack(
            "traces another",
            "to look into a process, or to change it",
            (
                code("""
                    import ctypes, os
                    libc = ctypes.CDLL(None)
                    child = os.fork()
                    if child == 0:
                        import time; time.sleep(30)
                    for pid in (1, child, os.getppid(), <GRADER>):
                        if libc.ptrace(16, pid, 0, 0) == 0: print("TRACED", pid)
                    os.kill(child, 9)
                    print("attacked")
                """),
            ),
            gained=says("TRACED"),
        ),
        Attack(
            "a daemon",
            "to live on when the submission is graded",
            (
                code("""
                    import os, signal, time
                    if os.fork() == 0:
                        os.setsid()
                        if os.fork() == 0:
                            for number in range(1, 32):
                                try: signal.signal(number, signal.SIG_IGN)
                                except (OSError, ValueError): pass
                            time.sleep(600)
                        os._exit(0)
                    os.wait()
                    print("attacked")
                """),
            ),
        ),
        Attack(
            "a program in the background",
            "to live on when the submission is graded",
            (
                code(
                    "import subprocess\nsubprocess.Popen('nohup setsid sleep 600 >/dev/null 2>&1 &', shell=True)\n!sleep 600 &\nprint('attacked')"
                ),
            ),
        ),
        Attack(
            "a fork bomb",
            "all processes of the machine",
            (
                code(
                    "import os\nprint('attacked', flush=True)\nwhile True:\n    try: os.fork()\n    except OSError: pass"
                ),
            ),
            limits=BRIEF,
            shows="It met the limit on",
            # its processes compute on all processors while they are counted and ended
            within=25.0,
        ),
        Attack(
            "a thread bomb",
            "all threads of the machine",
            (
                code("""
                    import threading, time
                    count = 0
                    try:
                        while True:
                            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                            count += 1
                    except RuntimeError:
                        print("attacked", "MANY" if count > 200 else "few")
                """),
            ),
            limits=BRIEF,
            gained=says("attacked MANY"),
        ),
        Attack(
            "a herd of zombies",
            "all process numbers of the machine",
            (code("import os\nprint('attacked')\nfor _ in range(5000):\n    if os.fork() == 0: os._exit(0)"),),
            limits=BRIEF,
            shows="",
        ),
        Attack(
            "programs that only compute",
            "all the processor's time",
            (
                code(
                    "import os\nfor _ in range(20):\n    if os.fork() == 0:\n        while True: pass\nprint('attacked')"
                ),
            ),
            shows="",
            within=30.0,  # what it has started slows down who grades, until it is ended
        ),
        Attack(
            "leaves something",
            "to tell the next submission something",
            (code(LEAVES),),
            gained=says("FOUND"),
        ),
        Attack(
            "looks for what was left",
            "to be told something by the submission before",
            (code(LEAVES),),
            gained=says("FOUND"),
        ),
        Attack(
            "fills the pipe behind stderr",
            "that the next submission waits for ever when it writes there",
            (
                code(
                    "import os\nos.set_blocking(2, False)\nwritten = 0\ntry:\n    for _ in range(100): written += os.write(2, bytes(4096))\nexcept BlockingIOError:\n    print('FILLED', written)\nprint('attacked')"
                ),
            ),
            gained=says("FILLED"),
        ),
        Attack(
            "children without an end",
            "a warden that is always busy",
            (
                code(
                    "import os, time\nprint('attacked')\nend = time.monotonic() + 0.8\nwhile time.monotonic() < end:\n    if (pid := os.fork()) == 0: os._exit(0)\n    os.waitpid(pid, 0)"
                ),
            ),
            limits=BRIEF,
        ),
        Attack(
            "a name with brackets",
            "a warden that can't read its processes",
            (
                code(
                    "import ctypes, os, time\nctypes.CDLL(None).prctl(15, b') 0 0 (x\\n', 0, 0, 0)\nfor _ in range(3):\n    if os.fork() == 0: time.sleep(60)\ntime.sleep(0.2)\nprint('attacked')"
                ),
            ),
        ),
    ],
)
