"""fastai's AWD-LSTM, one training step after the other: a program for the Python that has fastai.

It reads its settings from the first line of its standard input, then one number a line, does as
many steps, and answers with the number of tokens and the seconds of the processor that they took.
It imports nothing of Conescope.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F


def main() -> None:
    """Steps on request."""
    from fastai.text.models.awdlstm import AWD_LSTM
    from fastai.text.models.core import get_language_model

    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["n_threads"])
    torch.manual_seed(0)
    vocab_size, n_streams, window = (settings[k] for k in ("vocab_size", "n_streams", "window"))
    device = torch.device(settings["device"])
    if device.type == "cuda":
        torch.set_float32_matmul_precision("medium")  # as ours is measured
    net = get_language_model(AWD_LSTM, vocab_size, settings["net"]).train().to(device)
    net.reset()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.9, 0.99), fused=True)
    ids = torch.tensor(settings["ids"])[: n_streams * (window + 1)].view(n_streams, window + 1)
    ids = ids.to(device)
    print("ready", torch.__version__, flush=True)
    for line in sys.stdin:
        started = time.process_time()
        for _ in range(int(line)):
            scores, raw, dropped = net(ids[:, :-1])
            loss = F.cross_entropy(scores.flatten(0, 1), ids[:, 1:].flatten())
            # Its RNNRegularizer's two terms, with ULMFiT's weights.
            loss = loss + 2 * dropped.pow(2).mean() + (raw[:, 1:] - raw[:, :-1]).pow(2).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        print(int(line) * n_streams * window, time.process_time() - started, flush=True)


if __name__ == "__main__":
    main()
