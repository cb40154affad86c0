"""The page and the pictures, from the kept results alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import matplotlib

from normalization.experiment import Experiment, Results

HEAD = """\
# What is claimed for batch normalization, tried out

Each claim of the lecture is an experiment that changes one factor. The page and its pictures are
written by one command from the numbers in `results/`, after the runs that are missing there (all of
them together take half an hour or more of one core):

```
.venv/bin/python docs/experiments/run.py
```

How to read it:

- *a ± b* is mean and standard deviation over the seeds. A seed decides the initial weights, which
  training images are taken, and their order, the same for all sides of a comparison.
- *a (b to c)* is a difference or a ratio taken seed by seed, with its 95 % interval (paired *t*;
  of ratios the geometric mean). "Clearly" means that the interval excludes "no difference". There
  are many intervals on this page; one in twenty would exclude it by chance.
- In the pictures a line is the mean and its band reaches from the least seed to the largest.
- Seconds are processor time of one thread on the machine that is named, without measuring.
- A rule in the code turns numbers into "held" or "not confirmed". Some of the rules were settled
  when the numbers were known, so the numbers count for more than the word.
- Networks and data are small. What is found here need not hold for large ones, nor the reverse.
"""


def page(found: Mapping[str, tuple[Experiment, Results]]) -> str:
    """README.md: a table of the claims and what was found, then a section for each.

    Args:
        found: name -> the experiment and its results at full size.
    """
    summary = [["claim", "found"]]
    for name, (experiment, results) in found.items():
        summary.append([f"[{experiment.claim}](#{name})", experiment.findings(results).verdict])
    sections = [_section(experiment, results) for experiment, results in found.values()]
    return "\n\n".join([HEAD.strip(), _table(summary), *sections]) + "\n"


def picture(experiment: Experiment, results: Results, path: Path) -> None:
    """The experiment's figure as an SVG, the same whenever the results are the same."""
    with matplotlib.rc_context({"svg.hashsalt": experiment.name}):
        experiment.draw(results).savefig(path, metadata={"Date": None, "Creator": None})


def _section(experiment: Experiment, results: Results) -> str:
    findings = experiment.findings(results)
    seeds = sorted({run.seed for run in results.runs})
    sizes = "; ".join(
        f"{k.replace('_', ' ')} {_words(v)}" for k, v in asdict(experiment.sizes).items()
    )
    setup = [
        f"- **Question**: {experiment.question}",
        f"- **Changed**: {experiment.changed}",
        f"- **Fixed**: {experiment.fixed}",
        f"- **Sizes**: {sizes}",
        f"- **Seeds**: {len(seeds)}; {len(results.runs)} runs on {results.machine}",
    ]
    return "\n\n".join(
        [
            f'<a id="{experiment.name}"></a>\n\n## {experiment.claim}',
            f"**{findings.verdict}**",
            "\n".join(setup),
            f"![{findings.alt}](figures/{experiment.name}.svg)",
            _table(findings.table),
            *findings.text,
        ]
    )


def _table(rows: list[list[str]]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "| " + " | ".join("---" for _ in rows[0]) + " |", *body])


def _words(size: Any) -> str:
    if isinstance(size, tuple):
        return ", ".join(f"({_words(v)})" if isinstance(v, tuple) else _words(v) for v in size)
    return "He" if size is None else f"{size:,}" if isinstance(size, int) else f"{size:g}"
