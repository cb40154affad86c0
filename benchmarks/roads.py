"""Whether every honest sample of all assignments gets the same scores in the sandbox and in one
kernel together with the checks, hidden cases included. Writes a sentence into README.md.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from readme import markers

from autograders.system.folders import PACKAGE, assignments

TESTS = Path(__file__).parents[1] / "tests"
IN_ONE_KERNEL = """
c.Autograde.autograde_preprocessors = [
    "autograders.grading.steps.execute.Execute" if step.endswith("IsolatedExecute") else step
    for step in c.Autograde.autograde_preprocessors
]
"""


def main() -> None:
    sys.path.append(str(TESTS))  # last, since its folders bear the packages' names
    from samples.graded import grade_samples, released_course
    from samples.write import honest

    samples = scores = 0
    different = []
    for assignment in assignments(PACKAGE):
        graded = []
        for settings in ("", IN_ONE_KERNEL):
            with TemporaryDirectory(prefix="benchmark-") as folder:
                course = released_course(Path(folder, "course"), assignment)
                with (course / "nbgrader_config.py").open("a") as config:
                    config.write(settings)
                graded.append(grade_samples(course, assignment, honest(assignment)).grades)
        apart, together = graded
        samples += len(apart)
        scores += sum(map(len, apart.values()))
        different += [
            f"{assignment} {name} {cell}: {apart[name][cell]} and {together[name][cell]}"
            for name in apart
            for cell in apart[name]
            if apart[name][cell] != together[name][cell]
        ]
        print(f"{assignment}: {len(apart)} samples", flush=True)
    if different:
        raise SystemExit("\n".join(different))
    text = (
        f"{samples} honest samples of all assignments, {scores:,} scores: the sandbox gives each "
        "the one that a kernel shared with the checks gives."
    )
    print(text)
    markers.write("roads", text)


if __name__ == "__main__":
    main()
