"""What takes long to draw or to compute and is asked for again: kept by what it comes from, while there is room."""

from collections.abc import Callable, Mapping

MOST_THINGS = 512
MOST_BYTES = 128 * 2**20
_memo: dict[str, bytes] = {}
"""By digests of all that they depend on, the oldest first."""


def once(digest: str, make: Callable[[], bytes]) -> bytes:
    """What was made for this digest before, or what is made now.

    Parameters
    ----------
    digest : str
        Equal only where the result is to be equal.
    make : callable
        Called if nothing is remembered.
    """
    made = _memo.get(digest)
    if made is None:
        made = make()
        remember({digest: made})
    return made


def remembered() -> dict[str, bytes]:
    """All that is remembered, the oldest first; for `remember` in another process of the same installation."""
    return dict(_memo)


def remember(things: Mapping[str, bytes]) -> None:
    """Take over what another process has made, so that it is not made again.

    Of more than 512 things, or 128 MB, the oldest are forgotten.

    Parameters
    ----------
    things : mapping of str to bytes
        What `remembered` gave there. They are used as they are: take them from processes you trust only.
    """
    for digest, thing in things.items():
        _memo.pop(digest, None)
        _memo[digest] = thing
    while len(_memo) > MOST_THINGS or sum(map(len, _memo.values())) > MOST_BYTES:
        del _memo[next(iter(_memo))]
