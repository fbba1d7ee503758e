"""What became of the columns of an edited mel spectrogram: kept, moved, only scaled, or new."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SHORTEST_RUN = 8
"""Columns that count as moved together; of fewer, no sample is reached by their frames alone."""
FAINT = 1e-7
"""Of the loudest cell; what became of fainter ones says nothing."""
WIDEST_DB = 70.0
"""A cell that is muted counts as so much fainter."""
LOUDEST_DB = 50.0
"""What becomes so much louder was as good as not there, and can't be scaled."""
SAME_DB, JUMP_DB = 0.05, 1.0
"""Bands that change by less are unchanged; neighbouring bands that change by more than this apart jump."""
MOST_JUMPS = 0.25
"""Of the changed neighbours in a column that is only scaled: there are jumps between areas of one gain."""


def equal_columns(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which rows of two tables are equal: bool [n]."""
    return (one == other).all(axis=1)


def stretches(mask: np.ndarray) -> list[slice]:
    """Where a mask is true without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [slice(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def near(mask: np.ndarray, distance: int) -> np.ndarray:
    """Where a mask is true, or so near to it: bool, as long."""
    if not mask.size:
        return mask
    padded = np.pad(mask, distance)
    return sliding_window_view(padded, 2 * distance + 1).any(axis=1)


def moved_runs(
    wanted: np.ndarray, original: np.ndarray, places: dict[bytes, int], open_: np.ndarray
) -> Iterator[tuple[slice, np.ndarray, int]]:
    """Find runs of columns that stand elsewhere in the original, in order or in reverse.

    Parameters
    ----------
    wanted, original : float32 [n_frames, n_mels]
    places : dict of bytes to int
        The first place of each column of the original.
    open_ : bool [n_frames]
        Which columns of `wanted` are looked at.

    Yields
    ------
    run : slice
        Of `wanted`.
    source : int [n]
        Which columns of the original they are.
    step : {1, -1}
    """
    source = np.full(len(wanted) + 1, -2)
    for i in np.flatnonzero(open_):
        column = wanted[i].tobytes()
        first = places.get(column)
        if first is not None:
            # of several equal ones, that which goes on where the last one was
            goes_on = [at for at in (source[i - 1] + 1, source[i - 1] - 1) if 0 <= at < len(original)]
            source[i] = next((at for at in goes_on if original[at].tobytes() == column), first)
    begun = 0
    while begun < len(wanted):
        step, stop = source[begun + 1] - source[begun], begun + 1
        if source[begun] >= 0 and abs(step) == 1:
            while source[stop] >= 0 and source[stop] - source[stop - 1] == step:
                stop += 1
        if stop - begun >= SHORTEST_RUN:
            yield slice(begun, stop), source[begun:stop].copy(), int(step)
        begun = stop


def change_in_db(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """By how much cells became louder, at most 70 dB; 0 where both are faint: float32, as the tables."""
    faint = FAINT * max(new.max(initial=0.0), old.max(initial=0.0))
    told = (new > faint) | (old > faint)
    ratio = np.log10(np.maximum(new, faint * 1e-9), where=told, out=np.zeros_like(new))
    ratio -= np.log10(np.maximum(old, faint * 1e-9), where=told, out=np.zeros_like(old))
    return np.clip(10 * ratio, -WIDEST_DB, WIDEST_DB)


def only_scaled(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """Which columns are the old ones with gains that are the same for many neighbouring bands: bool [n_frames]."""
    change = change_in_db(new, old)
    changed = np.abs(change) > SAME_DB
    neighbours = changed[:, 1:] & changed[:, :-1]
    jumps = neighbours & (np.abs(np.diff(change, axis=1)) > JUMP_DB)
    made_up = change > LOUDEST_DB
    return (jumps | made_up[:, 1:]).sum(axis=1) + made_up[:, 0] <= MOST_JUMPS * neighbours.sum(axis=1)
