"""Learning rates over a run, as a factor of the highest one."""

from __future__ import annotations


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
