"""A voice whose mel spectrogram is edited: every column keeps as much of the sound that was there as it can.

The sound of an edited mel spectrogram is put together from the STFT frames of its columns. A column

1. that is as the original has it at the same place, has the original's frame;
2. that is as a remembered render has it there, has that one's;
3. in a run of columns that stand elsewhere in the original, in order or in reverse, has their frames (in reverse their
   conjugates, for these are the frames of the reversed signal);
4. whose bands are only scaled, has the frame of the original or of that render, scaled: each bin by the root of the
   ratio of mel powers, which is drawn over the bins by straight lines. Its phase stays, and nothing is searched;
5. or else is searched for: magnitudes by `MelBasis`, phases by fast Griffin-Lim, while the known frames beside them
   are held. Bins that lie under unchanged bands only begin with the values that they have.

Overlapping and adding the frames cross-fades from one to the next. Where all frames that reach a sample come unchanged
from one sound, that sound's samples are copied, exactly.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course.engine.columns import (
    SAME_DB,
    change_in_db,
    equal_columns,
    moved_runs,
    near,
    only_scaled,
    stretches,
)
from course.engine.griffin_lim import FRAMES, approach, unit
from course.engine.mel import clean, mel_basis
from course.engine.phase import integrate_phase

MOMENTUM = 0.99
MOST_RENDERS = 6
"""That are remembered."""
REACH = FRAMES.window_length // (2 * FRAMES.hop_length)
"""So many frames on either side reach a sample."""
NOWHERE = -(10**9)


@dataclass(frozen=True)
class Render:
    """A mel spectrogram and its sound."""

    mel: np.ndarray
    """float32 [n_frames, n_mels]"""
    spectrum: np.ndarray
    """complex64 [n_frames, n_bins]: the frames that were added up."""
    sound: np.ndarray
    """float32 [256 * (n_frames - 1)]"""
    in_place: np.ndarray
    """bool [n_frames]: which frames are the original's at the same place."""


class Voice:
    """The sound of a voice, for its mel spectrogram as it is and for edited ones.

    Parameters
    ----------
    signal : float [n_samples]
    sample_rate : int
        In Hz.
    n_mels : int
        Number of bands, from 0 Hz to half the sample rate.

    Attributes
    ----------
    mel : float32 [n_mels, n_frames]
        Power in bands of frames of 1024 samples, one every 256; cannot be written to.
    signal : float32 [256 * (n_frames - 1)]
        The voice without what does not fill a hop at its end; cannot be written to.
    """

    def __init__(self, signal: Any, sample_rate: int = 22050, n_mels: int = 128) -> None:
        samples = np.array(signal, dtype=np.float32)
        self._basis = mel_basis(n_mels, sample_rate)
        spectrum = FRAMES.stft(samples)
        mel = clean(self._basis.of(spectrum.real**2 + spectrum.imag**2))
        sound = samples[: FRAMES.length(len(mel))]
        for array in (mel, sound):
            array.flags.writeable = False
        self._original = Render(mel, spectrum, sound, np.ones(len(mel), dtype=bool))
        self.mel, self.signal = mel.T, sound
        self._places = {column.tobytes(): i for i, column in reversed(list(enumerate(mel)))}
        self._renders: list[Render] = []

    def render(self, mel: Any, iterations: int = 16) -> np.ndarray:
        """Make the sound of an edited mel spectrogram.

        What is searched for depends a little on what was rendered before, for each render begins with the most similar
        one of the last six: an edit of a second costs what a second costs, however long the voice is and whatever was
        done to the rest of it. The same calls on an equal voice give the same sounds.

        Parameters
        ----------
        mel : float [n_mels, n_frames]
            As many bands as `self.mel`, any number of frames. What no power can be, negative, infinite or not a
            number, counts as 0.
        iterations : int
            Of Griffin-Lim, where phases are searched for.

        Returns
        -------
        sound : float32 [256 * (n_frames - 1)]
            Cannot be written to.

        Raises
        ------
        ValueError
            If the number of bands is another.
        """
        wanted = clean(mel).T
        if wanted.ndim != 2 or wanted.shape[1] != len(self.mel):
            raise ValueError(f"mel {wanted.T.shape}: {len(self.mel)} bands by any number of frames are needed.")
        wanted = np.ascontiguousarray(wanted)
        base = self._most_similar(wanted)
        if base is None or not np.array_equal(base.mel, wanted):
            new = self._put_together(wanted, base, iterations)
            self._remember(new, base)
            return new.sound
        self._remember(base)
        return base.sound

    def _most_similar(self, wanted: np.ndarray) -> Render | None:
        """The sound that is known for most of these columns, the latest of several; None if none is as long."""
        known = [each for each in (*reversed(self._renders), self._original) if each.mel.shape == wanted.shape]
        return max(known, key=lambda each: np.count_nonzero(equal_columns(each.mel, wanted)), default=None)

    def _remember(self, *renders: Render | None) -> None:
        """Keep renders, the last one as the latest; the original is kept anyway."""
        for render in renders:
            if render is not None and render is not self._original:
                self._renders = [each for each in self._renders if each is not render] + [render]
        self._renders = self._renders[-MOST_RENDERS:]

    def _put_together(self, wanted: np.ndarray, base: Render | None, iterations: int) -> Render:
        """Find the frames of all columns, in the order that the module tells, and their sound."""
        spectrum = np.zeros((len(wanted), FRAMES.n_bins), dtype=np.complex64) if base is None else base.spectrum.copy()
        in_place = self._in_place(wanted)
        spectrum[in_place] = self._original.spectrum[np.flatnonzero(in_place)]
        as_base = np.zeros_like(in_place)
        if base is not None:
            as_base = equal_columns(wanted, base.mel) & (in_place == base.in_place)
        offset = np.where(in_place, 0, NOWHERE)
        searched = ~(as_base | in_place)
        for run, source, step in moved_runs(wanted, self._original.mel, self._places, searched):
            frames = self._original.spectrum[source]
            spectrum[run] = frames if step == 1 else frames.conj()
            offset[run] = source[0] - run.start if step == 1 else NOWHERE
            searched[run] = False
        for known in (self._original, base):
            if known is not None and known.mel.shape == wanted.shape:
                self._scale(wanted, known, spectrum, searched)
        for stretch in stretches(near(searched, 2 * REACH)):
            begun = None if base is None else (base.mel[stretch], base.spectrum[stretch])
            self._search(wanted[stretch], begun, spectrum[stretch], searched[stretch], iterations)
        return Render(wanted, spectrum, self._join(spectrum, base, as_base, offset), in_place)

    def _scale(self, wanted: np.ndarray, known: Render, spectrum: np.ndarray, searched: np.ndarray) -> None:
        """Fill in the frames that are only scaled; they need not be searched."""
        columns = np.flatnonzero(searched)
        columns = columns[only_scaled(wanted[columns], known.mel[columns])]
        new, old = wanted[columns], known.mel[columns]
        ratio = np.divide(new, old, out=np.zeros_like(new), where=old > 0)
        spectrum[columns] = known.spectrum[columns] * np.sqrt(self._basis.spread(ratio))
        searched[columns] = False

    def _search(
        self,
        wanted: np.ndarray,
        begun: tuple[np.ndarray, np.ndarray] | None,
        spectrum: np.ndarray,
        searched: np.ndarray,
        iterations: int,
    ) -> None:
        """Find the searched frames of a stretch, in place; `begun` is the mel and the spectrum that are changed."""
        magnitude = self._basis.to_magnitude(wanted)
        magnitude[~searched] = np.abs(spectrum[~searched])
        known = {int(m): np.angle(spectrum[m]) for m in np.flatnonzero(~searched)}
        guess = magnitude * unit(integrate_phase(magnitude, FRAMES, known))
        if begun is not None:
            mel, before = begun
            changed = np.abs(change_in_db(wanted, mel)) > SAME_DB
            kept = self._basis.spread(changed) == 0
            guess[kept], magnitude[kept] = before[kept], np.abs(before[kept])
        spectrum[searched] = guess[searched]
        approach(spectrum, magnitude, FRAMES, iterations, MOMENTUM, searched)

    def _join(self, spectrum: np.ndarray, base: Render | None, as_base: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """Add up the frames, and copy samples where all that reach them come from one sound."""
        n_hops = max(0, len(spectrum) - 1)
        sound = np.zeros((n_hops, FRAMES.hop_length), dtype=np.float32)
        made = np.ones(n_hops, dtype=bool)
        if base is not None:
            made = ~_by_hop(as_base).all(axis=1)
            sound[~made] = base.sound.reshape(sound.shape)[~made]
        offsets = _by_hop(offset)
        copied = np.flatnonzero((offsets[:, 0] != NOWHERE) & (offsets == offsets[:, :1]).all(axis=1))
        sound[copied] = self.signal.reshape(-1, FRAMES.hop_length)[copied + offset[copied]]
        made[copied] = False
        for hops in stretches(made):
            first, stop = max(0, hops.start - REACH + 1), hops.stop + REACH
            found = FRAMES.istft(spectrum[first:stop]).reshape(-1, FRAMES.hop_length)
            sound[hops] = found[hops.start - first : hops.stop - first]
        sound.flags.writeable = False
        return sound.reshape(-1)

    def _in_place(self, wanted: np.ndarray) -> np.ndarray:
        """Which columns are the original's, and one beside them too, for a single one may be the middle of a run that
        was reversed: bool [n_frames]."""
        if wanted.shape != self._original.mel.shape:
            return np.zeros(len(wanted), dtype=bool)
        equal = np.pad(equal_columns(wanted, self._original.mel), 1)
        return equal[1:-1] & (equal[:-2] | equal[2:])


def _by_hop(column_values: np.ndarray) -> np.ndarray:
    """The values of all columns whose frames reach a hop: [n_frames - 1, 2 * REACH]; those at the ends go on."""
    if len(column_values) < 2:
        return np.empty((0, 2 * REACH), dtype=column_values.dtype)
    return sliding_window_view(np.pad(column_values, REACH - 1, mode="edge"), 2 * REACH)
