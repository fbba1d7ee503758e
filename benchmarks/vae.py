"""What the VAE of lesson 09 is worth on voices that it has never heard: a part of `benchmarks.networks`."""

import numpy as np

from autograder.lesson import Lesson
from course import corpus, networks
from course.assets import assets_folder


def vae_figures() -> dict[str, float]:
    """Lesson 09: mean squared errors on held-out voices, in squared deviations of the training squares.

    Both rivals have twenty numbers a word: the shipped network, whose latents are the means, and the principal
    components of the same training squares. Random latents must give words that are neither silent nor no numbers.
    """
    reference = Lesson(assets_folder().parent / "source" / "09_vae").reference
    voices = corpus.bundled()
    words = voices.where(np.char.str_len(voices.labels) > 1)
    squares = np.stack([reference.to_square_mel(mel) for mel in words.mels(n_mels=50, fmax=11025)])
    training, test = squares[~words.held_out], squares[words.held_out]
    rebuilt = vae_rebuilt(test)
    figures = {
        "vae_mse": vae_error(test, rebuilt, training),
        "pca_mse": vae_error(test, by_pca(test, training), training),
    }
    dice = np.random.default_rng(20).standard_normal((20, 20)).astype(np.float32)
    invented = np.asarray(networks.load("vae_decoder")(dice))
    nats = vae_nats(test, reference)
    print("lesson 09, twenty numbers a word, voices never heard")
    print(f"  VAE  test MSE {figures['vae_mse']:.4f}")
    print(f"  PCA  test MSE {figures['pca_mse']:.4f}")
    print(f"  least and most that a latent tells: {nats.min():.2f} and {nats.max():.2f} nat, all {nats.sum():.1f}")
    print(f"  20 random words: {np.sum(~np.isfinite(invented))} cells no number, ", end="")
    print(f"loudest cells from {invented.max(axis=(1, 2)).min():.0f} to {invented.max():.0f} dB")
    return figures


def vae_rebuilt(squares: np.ndarray) -> np.ndarray:
    """Squares in dB from the means of their latents."""
    mean, _ = networks.load("vae_encoder")(squares)
    return np.asarray(networks.load("vae_decoder")(mean))


def vae_nats(squares: np.ndarray, reference) -> np.ndarray:
    """What each latent tells of squares, on the average: float [n_latent]."""
    mean, log_variance = (np.asarray(each).T[:, :, None] for each in networks.load("vae_encoder")(squares))
    return np.array([np.mean(reference.kl_divergence(*column)) for column in zip(mean, log_variance, strict=True)])


def by_pca(squares: np.ndarray, training: np.ndarray, n_components: int = 20) -> np.ndarray:
    """Squares from their amounts of the principal components of the training squares."""
    cells, known = squares.reshape(len(squares), -1), training.reshape(len(training), -1)
    middle = known.mean(axis=0)
    principal = np.linalg.svd(known - middle, full_matrices=False)[2][:n_components]
    return ((cells - middle) @ principal.T @ principal + middle).reshape(squares.shape)


def vae_error(squares: np.ndarray, rebuilt: np.ndarray, training: np.ndarray) -> float:
    """Mean squared error in squared deviations of the training squares."""
    return round(float(np.mean((squares - rebuilt) ** 2) / np.var(training)), 4)
