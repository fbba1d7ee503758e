"""The inverter explorer: what truncated cepstra still tell, by the inverse DCT and by a network that ships."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import scipy.fft

from course import audio, inversion, plot
from course.engine import mel_to_sound
from course.widgets.explorer import Choice, Explorer, Slider

SECONDS = 256 / audio.SAMPLE_RATE
"""From one frame to the next."""
RANGE = 70 * np.log(10) / 10
"""What the pictures show below the loudest cell."""


def inverter_explorer(
    inverters: Mapping[int, Callable], log_mels: Mapping[str, Any], n_coefficients: int = 20
) -> Explorer:
    """Move how many coefficients are kept, and hear and see what the inverse DCT and a network make of them.

    Parameters
    ----------
    inverters : mapping of int to keras.Model
        By the number of coefficients that each takes: those that ship.
    log_mels : mapping of str to float [80, n_frames]
        Natural logarithm of mel power up to 8 kHz, by what is said or by whom.
    n_coefficients : int
        Where the slider begins.

    Returns
    -------
    explorer : Explorer
        Where no kernel runs, its last picture and sounds stand in its place.
    """
    spoken = {name: np.asarray(log_mel) for name, log_mel in log_mels.items()}
    controls = {
        "count": Slider("Coefficients", list(inverters), n_coefficients),
        "name": Choice("Utterance", list(spoken), next(iter(spoken))),
    }

    @cache
    def shown(count: int, name: str) -> tuple[Any, ...]:
        original = spoken[name]
        mfcc = scipy.fft.dct(original, axis=0, norm="ortho")[:count]
        estimates = {
            "network": inversion.invert(inverters[count], mfcc),
            "inverse DCT": inversion.smooth(mfcc),
        }
        players = [_player(log_mel, way) for way, log_mel in {**estimates, "all 80": original}.items()]
        off = {way: inversion.distance_db(original, log_mel) for way, log_mel in estimates.items()}
        caption = (
            f"<b>{count} of 80</b> coefficients: the network is off by <b>{off['network']:.1f} dB</b>, "
            f"the inverse DCT by <b>{off['inverse DCT']:.1f} dB</b> (RMS over the bands, mean over the frames)."
        )
        titles = {way: f"{count} kept, {way}" for way in estimates}
        pictured = {"All 80 coefficients": original, **{titles[way]: estimates[way] for way in titles}}
        return _picture(pictured), *players, caption

    return Explorer(controls, lambda count, name: shown(count, name))


def _player(log_mel: np.ndarray, label: str) -> audio.Player:
    return audio.play(mel_to_sound(np.exp(log_mel), top_hz=inversion.TOP_HZ), label)


def _picture(log_mels: dict[str, np.ndarray]) -> plot.Picture:
    """Mel spectrograms side by side, in dB below the loudest cell of the first."""
    loudest = np.max(next(iter(log_mels.values())))
    levels = {title: 10 / np.log(10) * np.clip(log_mel - loudest, -RANGE, None) for title, log_mel in log_mels.items()}
    return plot.cells(levels, "time in s", "mel band", "level in dB", x_step=SECONDS)
