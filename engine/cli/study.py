"""`python -m engine study`: experiments that train many small models and record what came out."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.cli import study_depth, study_layers, study_reading
from engine.cli.arguments import Commands, new_command, numbers, whole_number
from engine.cli.low_shot import run_low_shot
from engine.cli.output import complain, quieten_libraries

# Options that only some studies have.
OPTIONS_OF = {
    "inputs": ("task-model",), "tuned_up_to": ("task-model",), "arms": ("low-shot",),
    "texts": ("low-shot", "reading"), "layers": ("depth",), "models": ("layers",),
    "readings": ("reading",),
}  # fmt: skip


def add_to(commands: Commands) -> None:
    """Enter the command into the parser."""
    parser = new_command(
        commands,
        "study",
        run,
        "Train many small models and record what came out of each.\n\n"
        "task-model: word vectors as the input of one small classifier of reviews.\n"
        "low-shot: classifiers from scratch and with pretraining, from 100 to 10,000 labels.\n"
        "depth: language models like ELMo with one, two and three layers, trained alike.\n"
        "layers: what a linear probe reads from each layer of a language model.\n"
        "reading: how much of the target a language model should read, and at which rates.\n\n"
        "Every input, arm, depth or reading is tried with every seed. Each finished run is a line\n"
        "of the results file; --resume does only those that are not there yet.",
        "study task-model --resume",
        "study task-model --inputs random,glove-frozen --sizes 100,300 --results mine.jsonl",
        "study task-model --inputs minilm-tuned --tuned-up-to 100 --resume",
        "study low-shot --arms tf-idf,scratch --resume",
        "study depth --resume",
        "study depth --layers 4 --seeds 0 --results mine.jsonl",
        "study layers --models elmo,elmo-untrained --results mine.jsonl",
        "study reading --readings none,1000 --results mine.jsonl",
    )
    parser.add_argument("study", choices=tuple(STUDIES), help="which study")
    _add_options_of_one(parser)
    parser.add_argument(
        "--results",
        metavar="FILE",
        help="(default assets/studies/STUDY.jsonl; of low-shot assets/figures/low-shot.csv)",
    )
    parser.add_argument("--resume", action="store_true", help="skip the runs that FILE holds")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=whole_number(1), default=1, metavar="N")


def _add_options_of_one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layers", metavar="N,M", help="of depth: LSTM layers (default: 1,2,3)")
    parser.add_argument(
        "--inputs",
        metavar="A,B",
        help="of task-model: such as random,glove-tuned,minilm-frozen (default: most)",
    )
    parser.add_argument("--models", metavar="A,B", help="of layers: whose they are")
    parser.add_argument("--arms", metavar="A,B", help="of low-shot (default: all)")
    parser.add_argument(
        "--texts",
        metavar="NAME",
        help="of low-shot and reading: a labelled source (default imdb)",
    )
    parser.add_argument("--readings", metavar="A,B", help="of reading (default: all)")
    parser.add_argument("--sizes", metavar="N,M", help="numbers of labels")
    parser.add_argument(
        "--seeds", metavar="I,J", help="of label draw or order, and initial weights"
    )
    parser.add_argument(
        "--tuned-up-to",
        type=whole_number(1),
        metavar="N",
        help="of task-model: labels at most for encoders that are tuned, which takes long",
    )


def run(options: argparse.Namespace) -> int:
    """Do the runs, a line each."""
    quieten_libraries()
    _refuse_of_others(options)
    STUDIES[options.study](options)
    return 0


def run_task_model(options: argparse.Namespace) -> None:
    """Do the runs of the task model that are not recorded yet."""
    from engine.training.task.results import PATH
    from engine.training.task.study import study

    events = study(
        configured(options),
        Path(options.results) if options.results else PATH,
        resume=options.resume,
        n_threads=options.threads,
    )
    with closing(events):  # type: ignore[type-var]
        tell(events)


STUDIES = {
    "task-model": run_task_model, "low-shot": run_low_shot, "depth": study_depth.run,
    "layers": study_layers.run, "reading": study_reading.run,
}  # fmt: skip


def _refuse_of_others(options: argparse.Namespace) -> None:
    for name, studies in OPTIONS_OF.items():
        if getattr(options, name) is not None and options.study not in studies:
            flag = name.replace("_", "-")
            options.parser.error(f"--{flag} means nothing to the study {options.study}")


def configured(options: argparse.Namespace) -> Any:
    """The study's settings with what was asked for."""
    from engine.training.task.config import TaskStudy

    changes: dict[str, Any] = {"device": options.device}
    if options.inputs:
        changes["inputs"] = tuple(options.inputs.split(","))
    changes |= numbers(options, sizes=2, seeds=0)
    if options.tuned_up_to:
        changes["encoder_tuned_up_to"] = options.tuned_up_to
    return replace(TaskStudy(), **changes)


def tell(events: Any) -> None:
    """Print what happens."""
    from engine.training.task.results import Run
    from engine.training.task.study import Encoded, InputMissing, Planned

    n_runs, n_done, start = 0, 0, time.monotonic()
    for event in events:
        match event:
            case Planned(n_runs=n_runs, n_done=n_done):
                print(f"{n_runs} runs, {n_done} done before", flush=True)
            case InputMissing(input=name, why=why):
                complain(f"{name} is left out. {why}")
            case Encoded(input=name, done=done, n_files=n_files):
                print(f"  {name}: encoded {done} of {n_files} files", flush=True)
            case Run():
                n_done += 1
                print(
                    f"{n_done}/{n_runs}  {event.input}, {event.n_labels:,} labels, seed "
                    f"{event.seed}: accuracy {event.accuracy:.3f} ± {event.standard_error:.3f}, "
                    f"{event.n_steps} steps, {event.seconds:.0f} s of the "
                    f"processor ({time.monotonic() - start:.0f} s in all)",
                    flush=True,
                )
