"""Makes the runs that are missing in results/; writes README.md and figures/ from all results."""

from pathlib import Path

from normalization.claims import EXPERIMENTS
from normalization.report import page, picture
from normalization.runner import complete

HERE = Path(__file__).parent


def main() -> None:
    """Full sizes only; tests/experiments runs everything at tiny sizes, which support no claim."""
    found = {e.name: (e, complete(e, e.sizes, HERE / "results")) for e in EXPERIMENTS}
    (HERE / "figures").mkdir(exist_ok=True)
    for experiment, results in found.values():
        picture(experiment, results, HERE / "figures" / f"{experiment.name}.svg")
    (HERE / "README.md").write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
