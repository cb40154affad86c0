"""How many wrong answers the cases of all assignments catch, written into docs/audit.md and, as a
sentence, into README.md."""

import os

from readme import markers

from autograders.audit.mutants import wrong_answers
from autograders.audit.survivors import disagreements, read_reasons
from autograders.audit.table import markdown_table, table_rows
from autograders.audit.trial import try_all
from autograders.system.folders import PACKAGE, assignments

PAGE = PACKAGE / "docs" / "audit.md"


def main() -> None:
    wrong = wrong_answers(PACKAGE, assignments(PACKAGE))
    trials = list(try_all(wrong, os.cpu_count() or 1))
    reasons = read_reasons()
    caught = sum(bool(trial.caught_by) for trial in trials)
    left = len(trials) - caught
    text = (
        f"{len(trials):,} right answers with one small fault put in: the cases catch {caught:,}, "
        f"and the other {left} are right all the same, each with its reason."
    )
    print(text)
    if wrongly := disagreements(trials, reasons):
        raise SystemExit("\n".join(wrongly))
    markers.write("audit", markdown_table(table_rows(trials, reasons)), PAGE)
    markers.write("audit", text)


if __name__ == "__main__":
    main()
