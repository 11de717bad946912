"""Layer groups: which parameters learn, from when on, and how fast."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torch import nn

EMBEDDING, HEAD = "embedding", "head"
RATE_RATIO = 2.6  # of a group's learning rate to that of the group below
ALL, GRADUAL, LAST, CHAIN_THAW = "all", "gradual", "last", "chain-thaw"
UNFREEZING = (ALL, GRADUAL, LAST, CHAIN_THAW)
LSTM = re.compile(r"lstms\.(\d+)\.")


def layer_groups(net: nn.Module) -> dict[str, list[str]]:
    """Names of the net's parameters by group, bottom to top.

    Args:
        net: an AwdLstm, or a TextClassifier on one.
    Returns:
        "embedding", "LSTM 1", ..., and a classifier's "head". A language model's softmax is its
        embedding, so the softmax's bias belongs there too; a classifier has no use for it.
    """
    names = [name for name, _ in net.named_parameters()]
    is_classifier = any(name.startswith("head.") for name in names)
    groups: dict[str, list[str]] = {EMBEDDING: []}
    for name in names:
        if found := LSTM.search(name):
            groups.setdefault(f"LSTM {int(found[1]) + 1}", []).append(name)
        elif name.endswith(EMBEDDING) or (name == "output_bias" and not is_classifier):
            groups[EMBEDDING].append(name)
    if is_classifier:
        groups[HEAD] = [name for name in names if name.startswith("head.")]
    return groups


def trained_groups(groups: Sequence[str], unfreezing: str, epoch: int) -> tuple[str, ...]:
    """The groups that can change in an epoch.

    Args:
        groups: bottom to top.
        unfreezing: "all"; "last" = the top one only; "gradual" = the top one first, and one more in
            each epoch (Howard & Ruder 2018); "chain-thaw" = the top one, then each of the others
            alone from the bottom up, then all (Felbo et al. 2017,
            https://aclanthology.org/D17-1169).
        epoch: from 0.

    >>> [trained_groups(("a", "b", "top"), "gradual", epoch) for epoch in range(3)]
    [('top',), ('b', 'top'), ('a', 'b', 'top')]
    >>> [trained_groups(("a", "b", "top"), "chain-thaw", epoch) for epoch in range(4)]
    [('top',), ('a',), ('b',), ('a', 'b', 'top')]
    """
    top, whole = (groups[-1],), tuple(groups)
    if unfreezing == LAST:
        return top
    if unfreezing == GRADUAL:
        return whole[-1 - epoch :] if epoch < len(whole) else whole
    if unfreezing == CHAIN_THAW and epoch < len(whole):
        return top if epoch == 0 else (whole[epoch - 1],)
    return whole


def phase(groups: Sequence[str], unfreezing: str, epoch: int, n_epochs: int) -> tuple[int, int]:
    """The stretch of epochs [first, end) around one in which the same groups learn.

    >>> [phase(("a", "top"), "gradual", epoch, 4) for epoch in (0, 2)]
    [(0, 1), (1, 4)]
    """
    now = trained_groups(groups, unfreezing, epoch)
    first, end = epoch, epoch + 1
    while first > 0 and trained_groups(groups, unfreezing, first - 1) == now:
        first -= 1
    while end < n_epochs and trained_groups(groups, unfreezing, end) == now:
        end += 1
    return first, end


def rates(groups: Sequence[str], rate: float, discriminative: bool) -> dict[str, float]:
    """The learning rate of each group, the top one's being `rate`.

    >>> rates(("a", "top"), 2.6, True)
    {'a': 1.0, 'top': 2.6}
    """
    ratio = RATE_RATIO if discriminative else 1.0
    highest = len(groups) - 1
    return {group: rate / ratio ** (highest - place) for place, group in enumerate(groups)}
