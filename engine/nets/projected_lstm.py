"""An LSTM whose output is projected to fewer dimensions, written out step by step (Sak et al. 2014,
https://arxiv.org/abs/1402.1128), with the two clippings of ELMo.

The cell c is the long memory, as wide as one can afford; what the next step and the next layer see
of it is the short projection h. Both are kept within bounds, so that a state that is carried over
thousands of words cannot run away.

Letters in the shapes: batch = sequences, n_tokens = steps, d_in = width of the input, d_cell =
width of the memory, d_out = width of the projection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class LstmConfig:
    """Sizes of one direction; the defaults are those of the ELMo that ships here."""

    d_out: int = 128
    d_cell: int = 512
    n_layers: int = 2
    cell_clip: float | None = 3.0  # bounds of every value of c, and of h; None: no bound
    projection_clip: float | None = 3.0
    skip_connections: bool = True
    dropout: float = 0.1


class LstmState(NamedTuple):
    """What is carried from word to word, of all layers of one direction."""

    hidden: Tensor  # (n_layers, batch, d_out)
    cell: Tensor  # (n_layers, batch, d_cell)

    def detached(self) -> LstmState:
        """The same values; gradients end here."""
        return LstmState(self.hidden.detach(), self.cell.detach())


class ProjectedLstm(nn.Module):
    """One layer in one direction.

    i, f, o = sigmoid(W x_t + U h_{t-1} + b)     what to write, to keep, to show
    g       = tanh(W x_t + U h_{t-1} + b)        what could be written
    c_t     = clip(f * c_{t-1} + i * g)
    h_t     = clip(P (o * tanh(c_t)))
    """

    def __init__(self, d_in: int, config: LstmConfig) -> None:
        super().__init__()
        self.config = config
        # Rows in the order i, f, o, g, so that one sigmoid serves the first three.
        self.input_weight = nn.Parameter(torch.empty(4 * config.d_cell, d_in))
        self.hidden_weight = nn.Parameter(torch.empty(4 * config.d_cell, config.d_out))
        self.bias = nn.Parameter(torch.zeros(4 * config.d_cell))
        self.projection = nn.Parameter(torch.empty(config.d_out, config.d_cell))
        for weight in (self.input_weight, self.hidden_weight, self.projection):
            nn.init.xavier_uniform_(weight)
        with torch.no_grad():  # remember by default, until there is a reason to forget
            self.bias[config.d_cell : 2 * config.d_cell] = 1.0

    def forward(
        self, x: Tensor, hidden: Tensor, cell: Tensor, lengths: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Run over a sequence from a given state.

        Args:
            x: (n_tokens, batch, d_in).
            hidden: (batch, d_out).
            cell: (batch, d_cell).
            lengths: int64, (batch,): the state after this many steps is given back; None: after
                the last step.
        Returns:
            h of every step (n_tokens, batch, d_out); then h and c of the last step that counts.
        """
        d_cell = self.config.d_cell
        # The inputs of all steps are known beforehand: one large matrix product instead of many.
        from_inputs = F.linear(x, self.input_weight, self.bias)  # (n_tokens, batch, 4 * d_cell)
        hidden_weight, projection = self.hidden_weight.t(), self.projection.t()
        hiddens, cells = [], []
        for from_input in from_inputs.unbind(0):  # (batch, 4 * d_cell)
            gates = torch.addmm(from_input, hidden, hidden_weight)  # (batch, 4 * d_cell)
            write, keep, show = torch.sigmoid(gates[:, : 3 * d_cell]).split(d_cell, dim=1)
            cell = keep * cell + write * torch.tanh(gates[:, 3 * d_cell :])
            cell = clipped(cell, self.config.cell_clip)  # (batch, d_cell)
            hidden = (show * torch.tanh(cell)) @ projection
            hidden = clipped(hidden, self.config.projection_clip)  # (batch, d_out)
            hiddens.append(hidden)
            if lengths is not None:
                cells.append(cell)
        outputs = torch.stack(hiddens)  # (n_tokens, batch, d_out)
        if lengths is None:
            return outputs, hidden, cell
        rows = torch.arange(x.shape[1], device=x.device)
        return outputs, outputs[lengths - 1, rows], torch.stack(cells)[lengths - 1, rows]


class LstmStack(nn.Module):
    """The layers of one direction, each reading the one below; it knows nothing of the other
    direction.
    """

    def __init__(self, d_in: int, config: LstmConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(
            ProjectedLstm(config.d_out if index else d_in, config)
            for index in range(config.n_layers)
        )
        self.dropout = nn.Dropout(config.dropout)

    def start(self, batch: int) -> LstmState:
        """The state before the first word: zeros."""
        like, config = next(self.parameters()), self.config
        return LstmState(
            like.new_zeros(config.n_layers, batch, config.d_out),
            like.new_zeros(config.n_layers, batch, config.d_cell),
        )

    def forward(
        self, x: Tensor, state: LstmState, lengths: Tensor | None = None
    ) -> tuple[list[Tensor], LstmState]:
        """Run over a sequence from a given state.

        Args:
            x: (batch, n_tokens, d_in).
            state: of the same batch.
            lengths: int64, (batch,): where the state that is given back is taken; None: at the end.
        Returns:
            The outputs of every layer, (batch, n_tokens, d_out) each, and the state afterwards.
        """
        x = x.transpose(0, 1)  # (n_tokens, batch, d_in)
        outputs, hiddens, cells = [], [], []
        for index, layer in enumerate(self.layers):
            x = self.dropout(x)
            y, hidden, cell = layer(x, state.hidden[index], state.cell[index], lengths)
            # From the second layer on, a layer adds to what it read instead of replacing it.
            x = x + y if index and self.config.skip_connections else y
            outputs.append(x.transpose(0, 1))  # (batch, n_tokens, d_out)
            hiddens.append(hidden)
            cells.append(cell)
        return outputs, LstmState(torch.stack(hiddens), torch.stack(cells))


def clipped(x: Tensor, bound: float | None) -> Tensor:
    """Values beyond -bound or bound set to it; unchanged without a bound."""
    return x if bound is None else x.clamp(-bound, bound)
