"""Forged messages: a cell finds the process's channel to the grader, and talks on it itself."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from dataclasses import replace

from autograder.sandbox.limits import Limits
from tests.hostile.attack import CHANNEL, QUICK, Attack, Result, code, family, solved

BRIEF = replace(QUICK, call_seconds=1.0, cell_seconds=1.0, notebook_seconds=2.0)
MOST_MEMORY = 600 << 20
NAMES = tuple(solved())


def _modest(result: Result) -> str:
    """What is sent must not cost the grader much more memory than the largest message has."""
    return f"{result.peak_bytes >> 20} MB of the grader's memory" * (result.peak_bytes > MOST_MEMORY)


def _sends(name: str, wants: str, source: str, limits: Limits = QUICK, **more: object) -> Attack:
    """Says something on the channel while a cell runs."""
    return Attack(
        name, wants, (code(CHANNEL + "print('attacked')"), code(source)), limits=limits, gained=_modest, **more
    )


def _answers(name: str, wants: str, call: str, **more: object) -> Attack:
    """Answers calls itself: in place of `Student.call`."""
    source = f"{CHANNEL}\ndef call(name, case, stand_ins, library_has):\n"
    source += "".join(f"    {line}\n" for line in call.strip().splitlines())
    source += "student.requests['call'] = call\nprint('attacked')"
    return Attack(name, wants, (code(source),), gained=more.pop("gained", _modest), **more)


ASK = """
def ask(name, *positional, **named):
    wire.send(channel, {"ask": name, "positional": list(positional), "named": named})
    return wire.receive(channel)
"""

ATTACKS = family(
    "messages",
    [
        _sends(
            "answers before it is asked",
            "answers to later requests to count",
            "for number in range(1, 400):\n    wire.send(channel, {'number': number, 'result': 3.0, 'points': 3.0, 'outcome': 'PASSED', 'says': []})",
        ),
        _sends(
            "answers twice, and with other numbers",
            "to confuse the count of requests",
            "for number in (-1, 0, 1, 1, 2, 2**63, 1.0, True, None, 'one', [1]):\n    wire.send(channel, {'number': number, 'result': 3.0})",
        ),
        _answers(
            "a verdict in place of an answer",
            "marks to be taken from the student's side",
            "return {'result': 3.0, 'points': 3.0, 'outcome': 'PASSED', 'passed': True, 'used': [], 'verdict': {'points': 15.0}}",
        ),
        _answers(
            "asks for the answer itself",
            "the reference's answer to this exercise",
            f"{ASK}\nreturn ask(name, *case['positional'], **case['named'])",
        ),
        _answers(
            "asks for later answers",
            "the reference of exercises yet to be judged",
            ASK
            + f"""
names = {NAMES!r}
later = names[names.index(name):]
kept = [each for each in later if 'result' in ask(each, *positional, **named)]
return {{'result': 0.0, 'problem': ' '.join(kept)}}
""",
        ),
        Attack(
            "asks while a cell runs",
            "the reference's answers without being judged",
            (
                code(
                    CHANNEL
                    + ASK
                    + f"""
answers = [ask(name, np.zeros(100), 8, 4) for name in {NAMES!r}]
print("attacked", "got" if any("result" in answer for answer in answers) else "nothing")
"""
                ),
            ),
            gained=lambda result: "an answer" * ("attacked got" in result.text),
        ),
        _answers(
            "patched stand-ins",
            "the stand-ins to answer for the exercise itself",
            """
from autograder.sandbox.inside import answers
from course.check.case import Case
everything = student._asking(NAMES)
try:
    return {'result': Case.from_data(case).call(everything[name])}
except Exception as error:
    return {'problem': str(error), 'kind': 'nothing'}
""".replace("NAMES", repr(list(NAMES))),
        ),
        _sends("a giant length", "the grader to lay out four gigabytes", "channel.sendall(b'\\xff' * 4)"),
        _sends(
            "half a message",
            "the grader to wait for ever",
            "channel.sendall(struct.pack('!I', 1 << 20) + b'x')\ntime.sleep(60)",
            BRIEF,
        ),
        _sends("no msgpack", "the reader to break", "channel.sendall(struct.pack('!I', 9) + b'\\xc1' * 9)"),
        _sends("no map", "the reader to break", "channel.sendall(struct.pack('!I', 1) + b'\\x01')"),
        _sends("an empty message", "the reader to break", "channel.sendall(bytes(4))"),
        _sends(
            "tuples in tuples",
            "the grader's stack to overflow",
            """
packed = b"\\xc0"
for _ in range(2000):
    packed = b"\\x81\\xa2()\\x91" + packed
packed = b"\\x81\\xa6number" + packed
channel.sendall(struct.pack("!I", len(packed)) + packed)
""",
        ),
        _sends(
            "large tuples in tuples",
            "the grader to copy a message many times",
            """
packed = b"\\xc6" + struct.pack("!I", 20 << 20) + bytes(20 << 20)
for _ in range(150):
    packed = b"\\xc9" + struct.pack("!I", len(packed)) + b"\\x03" + packed
packed = b"\\x81\\xa6number" + packed
channel.sendall(struct.pack("!I", len(packed)) + packed)
""",
        ),
        _sends(
            "lists in lists",
            "the grader's stack to overflow",
            "packed = b'\\x81\\xa6number' + b'\\x91' * 1000000 + b'\\xc0'\nchannel.sendall(struct.pack('!I', len(packed)) + packed)",
        ),
        _sends(
            "keys that collide",
            "the grader to compare keys for hours",
            """
count = 400_000
keys = (struct.pack("dd", 1000003.0 * (2 * count - i), float(i)) for i in range(count))
packed = b"\\x81\\xa1r\\xdf" + struct.pack("!I", count) + b"".join(b"\\xd8" + bytes([wire.COMPLEX]) + key + b"\\x01" for key in keys)
channel.sendall(struct.pack("!I", len(packed)) + packed)
""",
        ),
        _sends(
            "millions of empty lists",
            "the grader's memory: a byte sent is sixty bytes there",
            "count = 60 << 20\npacked = b'\\x81\\xa1r\\xdd' + struct.pack('!I', count) + b'\\x90' * count\nchannel.sendall(struct.pack('!I', len(packed)) + packed)",
        ),
        _answers(
            "one long text and many short ones",
            "the grader's memory: NumPy makes them all as long",
            "return {'result': ['a' * (30 << 20)] + ['b'] * 30 if name == 'hann' else 0.0}",
        ),
        _answers(
            "a result of 60 MB",
            "the grader's time",
            "return {'result': np.zeros((7, 1 << 20)) if name == 'hann' else 0.0, 'used': ['x'] * 100_000}",
        ),
        _answers(
            "a shape that lies",
            "memory that is not the array's",
            """
import msgpack
header = msgpack.packb(['<f8', [1 << 40, 1 << 20]])
data = msgpack.packb({'number': student_number[0], 'result': msgpack.ExtType(wire.ARRAY, header + bytes(80))})
channel.sendall(struct.pack('!I', len(data)) + data)
return {'result': 0.0}
""".replace("student_number[0]", "2"),
        ),
        _answers(
            "dtypes that lie",
            "an object array, or a pointer",
            """
import msgpack
for dtype in ('|O', 'O', 'V8', '<U9', 8, ['<f8'], None, '<f8,O', '>f8', '<f16'):
    data = msgpack.packb({'number': 2, 'result': msgpack.ExtType(wire.ARRAY, msgpack.packb([dtype, [1]]) + bytes(8))})
    channel.sendall(struct.pack('!I', len(data)) + data)
return {'result': 0.0}
""",
        ),
        _sends(
            "arrays in place of numbers",
            "a comparison in the grader that has no truth",
            "\n".join(
                f"wire.send(channel, {{'number': 2, {message}}})"
                for message in (
                    "'interrupted': np.ones(2)",
                    "'limit': np.ones(2)",
                    "'outputs': [{'output_type': np.ones(2)}]",
                )
            )
            + "\nwire.send(channel, {'number': np.ones(2)})\nwire.send(channel, {'ask': np.ones(2), 'positional': [], 'named': {}})",
        ),
        _sends(
            "an array says that it was interrupted",
            "a comparison in the grader that has no truth",
            "for number in range(60):\n    wire.send(channel, {'number': number, 'interrupted': np.ones(2)})",
        ),
        _sends(
            "an array says which limit was met",
            "a comparison in the grader that has no truth",
            "for number in range(60):\n    wire.send(channel, {'number': number, 'limit': np.ones(2), 'outputs': [{'output_type': np.ones(2)}, {'output_type': 'stream', 'name': np.ones(2)}]})",
        ),
        _sends(
            "a question of 64 MB",
            "a message that the grader can't pass on",
            "wire.send(channel, {'ask': 'hann', 'positional': [np.zeros((wire.MOST_BYTES >> 3) - 16)], 'named': {}})\ntime.sleep(5)",
            BRIEF,
        ),
        _sends(
            "answers without an end",
            "a grader that always has something to read",
            "while True:\n    wire.send(channel, {'number': 0})",
            BRIEF,
        ),
        _sends(
            "questions without an end",
            "a grader that always has something to answer",
            "while True:\n    wire.send(channel, {'ask': 'hann'})",
            BRIEF,
        ),
        _sends(
            "children that answer as well",
            "a conversation that nobody can follow",
            "for _ in range(3): os.fork()",
            BRIEF,
        ),
        _answers("interrupted for ever", "a judge that never ends", "return {'interrupted': True}"),
        _answers("never an answer", "a judge that waits for ever", "time.sleep(60)", limits=BRIEF),
        _answers("hangs up", "a judge without a student", "channel.close()"),
        _sends(
            "open files sent along",
            "the grader to hold files for it",
            "files = [os.open('/dev/null', os.O_RDONLY) for _ in range(50)]\nfor _ in range(20):\n    socket.send_fds(channel, [wire.LENGTH.pack(1)], files[:1])",
        ),
        Attack(
            "stand-ins asked for too much",
            "the machine of the reference to break",
            (code("print('attacked')"),),
            {
                "get_stft": """
                    def get_stft(amplitudes, window_length, hop_length):
                        for given in ((10**12,), (-1,), ("x",), ([[]],), (1e300,), (float("nan"),), ({"a": 1},), (None,)):
                            try:
                                hann(*given)
                            except ValueError:
                                pass
                        try:
                            slice_into_frames([0.0] * 100_000, 1, 0)
                        except ValueError:
                            pass
                        return slice_into_frames(amplitudes, 1 << 30, 1)
                """
            },
            gained=_modest,
        ),
        Attack(
            "stand-ins asked for names that are code",
            "the reference's machine to run its code",
            (code("print('attacked')"),),
            {
                "get_stft": """
                    def get_stft(*_):
                        try:
                            hann(**{"__class__": 1, "self": 2, "window_length": "__import__('os').system('touch <OUTSIDE>/asked')"})
                        except ValueError:
                            pass
                        return hann.__globals__["wire"].receive(hann.__closure__[0].cell_contents.channel)
                """
            },
            limits=BRIEF,
        ),
    ],
)
