"""From mel bands to the cepstrum and back: an orthonormal cosine transform of their natural logarithm.

    c = DCT-II(ln max(M, 1e-10)),    M = exp(DCT-III(c))

What is cut off at the end is the finest detail along the bands, and nothing else, for the cosines are orthonormal.

S. B. Davis and P. Mermelstein: Comparison of parametric representations for monosyllabic word recognition in
continuously spoken sentences. IEEE Trans. ASSP 28(4), 1980.
"""

import numpy as np
import scipy.fft

FAINTEST = 1e-10
"""The least power that has a logarithm."""


def mel_to_cepstrum(mel: np.ndarray, n_coefficients: int | None = None) -> np.ndarray:
    """Take mel bands to cepstral coefficients.

    Parameters
    ----------
    mel : float [n_mels, n_frames]
        Power.
    n_coefficients : int, optional
        How many of the first ones are kept; by default all.

    Returns
    -------
    cepstrum : float [n_coefficients, n_frames]
    """
    return scipy.fft.dct(np.log(np.maximum(mel, FAINTEST)), axis=0, norm="ortho")[:n_coefficients]


def cepstrum_to_mel(cepstrum: np.ndarray, n_mels: int = 128) -> np.ndarray:
    """Take cepstral coefficients back to mel bands; those that are missing count as 0.

    Parameters
    ----------
    cepstrum : float [n_coefficients, n_frames]
        At most `n_mels` coefficients.
    n_mels : int
        How many bands there are.

    Returns
    -------
    mel : float [n_mels, n_frames]
        Power.

    Raises
    ------
    ValueError
        If there are more coefficients than bands.
    """
    if len(cepstrum) > n_mels:
        raise ValueError(f"{len(cepstrum)} coefficients: {n_mels} bands have {n_mels} at most. Give a larger n_mels.")
    return np.exp(scipy.fft.idct(cepstrum, n=n_mels, axis=0, norm="ortho"))
