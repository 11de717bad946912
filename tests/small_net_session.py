"""A training of a small AWD-LSTM with dropout and Adam: what a resumed run must bring back is the
weights, the optimizer, the random state, the LSTM's state and the place in the text.
"""

import hashlib
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig, detached
from engine.training.events import Batch, EpochEnded, StageBegan, StageEnded

GROUPS = ("net",)
N_WORDS, PER_EPOCH = 12, 20


class SmallNet:
    """Next-word prediction on a fixed stream of random words."""

    def __init__(self, settings):
        torch.manual_seed(settings["seed"])
        self.n_steps, self.seconds = settings["n_steps"], settings.get("seconds", 0)
        config = AwdLstmConfig(N_WORDS, 8, 10, 2, 0.1, 0.1, 0.1, 0.1, 0.2)
        self.net = AwdLstm(config)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-2)
        self.text = torch.randint(0, N_WORDS, (4, 7 * PER_EPOCH + 1))
        self.state = self.net.zero_state(4)
        self.step = 0

    @property
    def finished(self):
        return self.step == self.n_steps

    def advance(self):
        time.sleep(self.seconds)
        if self.step == 0:
            yield StageBegan(0, "pretrain", GROUPS, self.n_steps, 1, self.hash())
        yield self.batch()
        if self.step % PER_EPOCH == 0:
            yield EpochEnded(self.step, "pretrain", self.step // PER_EPOCH - 1)
        if self.finished:
            yield StageEnded(self.step, "pretrain", self.hash())

    def batch(self):
        start = 7 * (self.step % PER_EPOCH)
        words = self.text[:, start : start + 8]
        output = self.net(words[:, :-1], self.state)
        self.state = detached(output.state)
        loss = F.cross_entropy(self.net.logits(output.top).flatten(0, 1), words[:, 1:].flatten())
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step += 1
        nothing = {"net": 0.0}
        return Batch(self.step, "pretrain", (self.step - 1) // PER_EPOCH, loss.item(), 28,
                     {"net": 1e-2}, (), nothing, nothing)  # fmt: skip

    def hash(self):
        digest = hashlib.sha256()
        for parameter in self.net.parameters():
            digest.update(parameter.detach().numpy().tobytes())
        return digest.hexdigest()

    def save(self, path):
        arrays = {f"net.{k}": v for k, v in self.net.state_dict().items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            arrays |= {f"optimizer.{number}.{key}": value for key, value in state.items()}
        for layer, (h, c) in enumerate(self.state):
            arrays |= {f"state.{layer}.h": h, f"state.{layer}.c": c}
        arrays["random"] = torch.get_rng_state()
        arrays["step"] = torch.tensor(self.step)
        unfinished = path.with_suffix(".unfinished")
        save_file({k: v.detach().clone().contiguous() for k, v in arrays.items()}, unfinished)
        unfinished.replace(path)
        return self.hash()

    def restore(self, path):
        arrays = load_file(path)
        own = {k.removeprefix("net."): v for k, v in arrays.items() if k.startswith("net.")}
        self.net.load_state_dict(own)
        state = {}
        for key, value in arrays.items():
            if key.startswith("optimizer."):
                _, number, what = key.split(".")
                state.setdefault(int(number), {})[what] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        n_layers = len(self.state)
        self.state = [(arrays[f"state.{i}.h"], arrays[f"state.{i}.c"]) for i in range(n_layers)]
        torch.set_rng_state(arrays["random"])
        self.step = int(arrays["step"])
