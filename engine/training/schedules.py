"""Learning rates over a run, as a factor of the highest one."""

from __future__ import annotations

import math


def warm_up_flat_decay(step: int, n_steps: int, *, warm_up: int, decay_share: float) -> float:
    """Linear from 0 to 1 over `warm_up` steps, 1, then linear to 0 over the last `decay_share`.

    Unlike a cosine, the flat part does not depend on how long the run will be: a run can be made
    longer from any checkpoint before its decay (Haegele et al. 2024,
    https://arxiv.org/abs/2405.18392).

    >>> [warm_up_flat_decay(s, 10, warm_up=2, decay_share=0.5) for s in (0, 1, 4, 6, 9)]
    [0.5, 1.0, 1.0, 0.8, 0.2]
    """
    rising = (step + 1) / warm_up if warm_up else 1.0
    n_decay = decay_share * n_steps
    falling = (n_steps - step) / n_decay if n_decay else 1.0
    return max(0.0, min(1.0, rising, falling))


def slanted_triangular(t: int, n_steps: int, *, cut_share: float = 0.1, ratio: float = 32) -> float:
    """Linear from 1/ratio up to 1 over the first `cut_share` of the steps, then linear down again.

        cut = floor(n_steps * cut_share)
        p   = t / cut                              while t < cut
              1 - (t - cut) / (n_steps - cut)      from then on
        factor = (1 + p * (ratio - 1)) / ratio

    The paper divides by cut * (1 / cut_share - 1). That is n_steps - cut wherever
    n_steps * cut_share is a whole number; elsewhere it would make the last rates negative.

    Args:
        t: batches done before this one, 0 to n_steps - 1; batches, not epochs.
        n_steps: batches in all.
        cut_share: of the steps, in which the rate rises.
        ratio: highest rate over lowest.
    Returns:
        The rate of this batch over the highest one, in [1/ratio, 1].
    Source:
        Howard & Ruder (2018), equation 3 as corrected in https://arxiv.org/abs/1801.06146v5.

    >>> [slanted_triangular(t, 20, ratio=4) for t in (0, 1, 2, 11)]
    [0.25, 0.625, 1.0, 0.625]
    """
    cut = math.floor(n_steps * cut_share)
    p = t / cut if t < cut else 1 - (t - cut) / (n_steps - cut)
    return (1 + p * (ratio - 1)) / ratio


def cosine(t: int, n_steps: int) -> float:
    """Half a cosine from 1 towards 0.

    >>> [round(cosine(t, 4), 3) for t in range(4)]
    [1.0, 0.854, 0.5, 0.146]
    """
    return (1 + math.cos(math.pi * t / n_steps)) / 2
