"""Adam over layer groups that freeze and thaw, and what it tells of each step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from engine.training.ulmfit.groups import layer_groups

BETAS = (0.7, 0.99)  # Howard & Ruder 2018, section 4.1
PIECE = 2**17  # numbers


@dataclass(frozen=True)
class Norms:
    """How large a step was, by group; 0 where frozen."""

    gradients: dict[str, float]  # before clipping
    changes: dict[str, float]  # of what was added to the weights


def _squared_change(before: Tensor, parameter: Tensor) -> Tensor:
    """Squared norm of the difference; piece by piece, each of which stays in the processor's cache
    for both steps. `before` is used up.
    """
    pieces = zip(before.view(-1).split(PIECE), parameter.view(-1).split(PIECE), strict=True)
    squares = [old.sub_(new).dot(old) for old, new in pieces]
    return torch.stack(squares).sum()


class GroupedAdam:
    """Adam over the nets of all directions, which are independent of each other.

    A group that thaws begins without memory of earlier gradients; groups that were training keep
    theirs.
    """

    def __init__(self, nets: Mapping[str, nn.Module]) -> None:
        self._parameters: dict[tuple[str, str], dict[str, nn.Parameter]] = {}
        for direction, net in nets.items():
            named = dict(net.named_parameters())
            net.requires_grad_(False)
            for group, names in layer_groups(net).items():
                self._parameters[direction, group] = {
                    f"{direction}.{name}": named[name] for name in names
                }
        self.directions = tuple(nets)
        self.groups = tuple(dict.fromkeys(group for _, group in self._parameters))
        self._adam = torch.optim.Adam(
            [
                {"params": list(members.values()), "group": group}
                for (_, group), members in self._parameters.items()
            ],
            betas=BETAS,
            fused=True,
        )
        self._before: dict[nn.Parameter, Tensor] = {}

    def train_only(self, groups: Collection[str]) -> None:
        """Let these groups learn from now on, and no other."""
        for (_, group), members in self._parameters.items():
            for parameter in members.values():
                parameter.requires_grad_(group in groups)
                if group not in groups:
                    parameter.grad = None
                    self._adam.state.pop(parameter, None)
                    self._before.pop(parameter, None)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        self._adam.zero_grad()

    @torch.no_grad()
    def step(self, rates: Mapping[str, float], clip_norm: float) -> Norms:
        """Change the weights along the gradients that stand in them.

        Args:
            rates: learning rate of each group.
            clip_norm: of each direction's whole gradient.
        """
        training = {key: self._training(key) for key in self._parameters}
        training = {key: members for key, members in training.items() if members}
        gradients = {
            key: get_total_norm([p.grad for p in members if p.grad is not None])
            for key, members in training.items()
        }
        self._clip(training, gradients, clip_norm)
        for members in training.values():
            for parameter in members:
                self._kept_before(parameter).copy_(parameter)
        for settings in self._adam.param_groups:
            settings["lr"] = rates[settings["group"]]
        self._adam.step()
        changes = {
            key: torch.stack([_squared_change(self._before[p], p) for p in members]).sum().sqrt()
            for key, members in training.items()
        }
        return Norms(self._by_group(gradients), self._by_group(changes))

    def _training(self, key: tuple[str, str]) -> list[nn.Parameter]:
        return [p for p in self._parameters[key].values() if p.requires_grad]

    def _kept_before(self, parameter: nn.Parameter) -> Tensor:
        """Room for the weights before the step; made once, since new memory costs more than
        copying.
        """
        if parameter not in self._before:
            self._before[parameter] = torch.empty_like(parameter)
        return self._before[parameter]

    def _clip(
        self,
        training: Mapping[tuple[str, str], list[nn.Parameter]],
        gradients: Mapping[tuple[str, str], Tensor],
        clip_norm: float,
    ) -> None:
        for direction in self.directions:
            keys = [key for key in training if key[0] == direction]
            norm = float(get_total_norm([gradients[key] for key in keys]))
            if norm > clip_norm:
                for parameter in (p for key in keys for p in training[key]):
                    if parameter.grad is not None:
                        parameter.grad.mul_(clip_norm / norm)

    def _by_group(self, norms: Mapping[tuple[str, str], Tensor]) -> dict[str, float]:
        """Over all directions together."""
        squares = dict.fromkeys(self.groups, 0.0)
        for (_, group), norm in norms.items():
            squares[group] += float(norm) ** 2
        return {group: square**0.5 for group, square in squares.items()}

    def state(self) -> dict[str, Tensor]:
        """What Adam remembers of each parameter that was trained."""
        return {
            f"{name}.{what}": value
            for members in self._parameters.values()
            for name, parameter in members.items()
            for what, value in self._adam.state.get(parameter, {}).items()
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Take up what `state` gave."""
        self._adam.state.clear()
        parameters = {
            name: p for members in self._parameters.values() for name, p in members.items()
        }
        for key, value in state.items():
            name, _, what = key.rpartition(".")
            device = parameters[name].device
            self._adam.state[parameters[name]][what] = value.clone().to(device)
