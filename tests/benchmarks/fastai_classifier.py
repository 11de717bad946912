"""fastai's text classifier learner, one epoch after the other: a program for the Python that has
fastai.

It reads its settings from the first line of its standard input, does an epoch for each further
line, and answers with the number of tokens and the seconds of the processor that it took. It
imports nothing of Conescope.
"""

import json
import sys
import time
from functools import partial

import torch


def main() -> None:
    """Epochs on request."""
    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["n_threads"])
    torch.manual_seed(0)
    learner = learner_of(settings)
    n_tokens = sum(len(text) for text in settings["texts"])
    # The top group's rate, and each other's 2.6 times as low as that of the one above.
    rates = slice(settings["rate"] / 2.6 ** settings["net"]["n_layers"], settings["rate"])
    print("ready", torch.__version__, flush=True)
    with learner.no_bar(), learner.no_logging():
        for _ in sys.stdin:
            started = time.process_time()
            learner.fit(1, rates)
            print(n_tokens, time.process_time() - started, flush=True)


def learner_of(settings: dict):
    """`text_classifier_learner` with its own loop, loader and net, on the sizes asked for."""
    from fastai.text import all as fastai

    labelled = zip(settings["texts"], settings["labels"], strict=True)
    texts = [(fastai.TensorText(text), fastai.TensorCategory(label)) for text, label in labelled]
    pad = partial(fastai.pad_input_chunk, pad_idx=1, seq_len=settings["window"])
    # Its own loader puts texts of like length together; the one below it mixes them.
    kind = fastai.SortedDL if settings["by_length"] else fastai.TfmdDL
    train = kind(
        texts, bs=settings["batch_size"], shuffle=True, drop_last=True, num_workers=0,
        before_batch=pad, n_inp=1, device=torch.device("cpu"),
    )  # fmt: skip
    loaders = fastai.DataLoaders(train, train.new(texts[:2], shuffle=False, drop_last=False))
    loaders.vocab = list(range(settings["vocab_size"]))

    class NoValidation(fastai.Callback):
        def before_validate(self) -> None:
            raise fastai.CancelValidException

    learner = fastai.text_classifier_learner(
        loaders, fastai.AWD_LSTM, pretrained=False, n_out=settings["n_labels"], drop_mult=1.0,
        config=settings["net"], seq_len=settings["window"], max_len=settings["kept"],
        lin_ftrs=[settings["d_hidden"]], loss_func=fastai.CrossEntropyLossFlat(), alpha=0, beta=0,
        opt_func=partial(fastai.OptimWrapper, opt=torch.optim.Adam, betas=(0.7, 0.99), fused=True),
        cbs=[fastai.GradientClip(settings["clip_norm"]), NoValidation()],
        moms=None, wd=0.0,
    )  # fmt: skip
    if settings["head_only"]:
        learner.freeze()
    return learner


if __name__ == "__main__":
    main()
