"""What single precision can tell apart."""

import numpy as np

UNIT = 2.0**-24
# A random walk's several standard deviations: one unlucky image among thousands is no fault.
SPREAD = 4


def sum_bound(terms, magnitude):
    """How far a float32 sum of that many terms may be off, and why; `magnitude` is the sum of their magnitudes."""
    bound = SPREAD * np.sqrt(terms) * UNIT * magnitude
    return float(bound), f"{SPREAD} x sqrt({terms} terms) x 2^-24 x {magnitude:.4g} (the largest sum of magnitudes)"


def best_minus_second(scores):
    top = np.partition(scores, scores.shape[1] - 2, axis=1)
    return top[:, -1] - top[:, -2]


def whole_pixels(rescaled):
    """Images / 255 as the whole numbers that they were made of, uint8."""
    pixels = np.rint(np.asarray(rescaled) * 255)
    if np.abs(pixels - np.asarray(rescaled) * 255).max() > 1e-6 or pixels.min() < 0 or pixels.max() > 255:
        raise ValueError("the training images are no whole numbers from 0 to 255, divided by 255")
    return pixels.astype(np.uint8)


def squared_norms(pixels):
    """[n] sums of squared pixels; whole numbers, exact in float64."""
    return np.einsum("ij,ij->i", pixels, pixels, dtype=np.float64)
