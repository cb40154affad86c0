"""Every attack, by each road of grading, with and without layers of the sandbox, as root and as an
ordinary user.

Writes what each came to as a table into docs/security.md, and a sentence into README.md. Ends with
1 where an attack gets anything on a sandbox that is enough to grade strangers' code.

On one that is not, for want of Landlock, it is only told what attacks get there, and an ordinary
user grades, since nothing would keep them from the machine's files. Without seccomp nothing would
keep them from ending the run, and none is tried. Run by an ordinary user, it has none for root.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from machines.view import readable_view
from readme import markers

import course_lib.reference  # noqa: F401 - before the tests' folders, one of which has its name
from autograders.system.folders import PACKAGE

sys.path.pop(0)  # this folder, which has files of the same names as the next one
sys.path.insert(0, str(PACKAGE / "tests"))

from attacks.attack import CLASSES
from attacks.hidden import HIDDEN_ATTACKS, grade_hidden_attacks
from attacks.road import ATTACKS, ROADS, Run, grade_attacks

PAGE = PACKAGE / "docs" / "security.md"
ELSEWHERE = Path(__file__).parent / "machines" / "elsewhere.py"
USER = 64321  # needs no account
STOPPED = "·"
LEFT = [Path(folder, "note") for folder in ("/dev/shm", "/tmp", "/var/tmp")]
AT_ONCE = 2  # runs, of two processes each


@dataclass(frozen=True)
class Column:
    """Where attacks are tried: the road, the layers that lack, and who grades."""

    road: str
    lacking: tuple[str, ...]
    user: int

    @property
    def is_enough(self) -> bool:
        """Whether strangers' code may be graded there."""
        return set(self.lacking) <= {"bubblewrap"}

    def run(self, folder: Path) -> Run:
        """How the road is started, with a readable copy of what needs one in `folder`."""
        as_other = self.user != os.getuid()
        view = readable_view(folder) if as_other else []
        starter = [*view, sys.executable, str(ELSEWHERE), str(self.user), ",".join(self.lacking)]
        more = () if self.is_enough else ("--accept-weaker",)
        return Run(self.road, tuple(starter), self.user if as_other else None, more)

    def title(self) -> str:
        """The head of the column."""
        on = ("all layers", "without bubblewrap", "seccomp only")[len(self.lacking)]
        return f"{self.road}, {on}, {'root' if self.user == 0 else 'user'}"


def main() -> None:
    *enough, weaker = columns()
    with ThreadPoolExecutor(AT_ONCE) as pool:  # much of the time is spent waiting for what hangs
        results = dict(zip(enough, pool.map(_tried, enough), strict=True))
    results[weaker] = _tried(weaker)  # alone: what it leaves would be found elsewhere
    for note in LEFT:
        note.unlink(missing_ok=True)
    table = "\n".join(_table(results))
    held = [column for column in results if column.is_enough]
    attacks = len(ATTACKS) + len(HIDDEN_ATTACKS)
    gains = [
        f"{column.title()}: {student}: {', '.join(got)}"
        for column in held
        for student, got in results[column].items()
        if got
    ]
    text = (
        f"{attacks} attacks of {len(CLASSES)} classes, by {len(ROADS)} roads, with and without "
        f"bubblewrap, as root and as an ordinary user: {len(held) * attacks} tries, "
        f"{len(gains)} got anything."
    )
    print(text)
    if gains:
        raise SystemExit("\n".join(gains))
    markers.write("attacks", table, PAGE)
    markers.write("attacks", text)


def columns() -> list[Column]:
    """All roads where the sandbox is enough, and the next weaker that --accept-weaker admits."""
    users = [os.getuid(), USER] if os.getuid() == 0 else [os.getuid()]
    enough = [
        Column(road, lacking, user)
        for road in ROADS
        for lacking in ((), ("bubblewrap",))
        for user in users
    ]
    return [*enough, Column("course grade", ("bubblewrap", "landlock"), users[-1])]


def _tried(column: Column) -> dict[str, list[str]]:
    """What each attack got, and under "" what others lost or found."""
    with TemporaryDirectory() as small, TemporaryDirectory() as real, TemporaryDirectory() as own:
        for folder in (small, real, own):
            Path(folder).chmod(0o755)
        run = column.run(Path(own))
        graded = grade_attacks(Path(small), run)
        hidden = grade_hidden_attacks(Path(real), run)
        found = {name: graded.gained(name, attack) for name, attack in ATTACKS.items()}
        found |= {name: hidden.gained(name) for name in HIDDEN_ATTACKS}
        found[""] = graded.harm()
    for student, got in found.items():
        if got:
            print(f"{column.title()}: {student or 'others'}: {', '.join(got)}", flush=True)
    print(f"{column.title()}: tried", flush=True)
    return found


def _table(results: dict[Column, dict[str, list[str]]]) -> list[str]:
    """Rows of Markdown: one for each class, and one for what others lost."""
    heads = [f"{chr(ord('A') + at)}" for at in range(len(results))]
    legend = [f"- **{head}** {column.title()}" for head, column in zip(heads, results, strict=True)]
    everything = {**ATTACKS, **HIDDEN_ATTACKS}
    rows = [f"| what is tried | tries | {' | '.join(heads)} |", "|---|--:|" + ":-:|" * len(heads)]
    for kind, what in CLASSES.items():
        names = [name for name, attack in everything.items() if attack.kind == kind]
        cells = [
            _cell([got for name in names for got in found[name]]) for found in results.values()
        ]
        rows.append(f"| {what} | {len(names)} | {' | '.join(cells)} |")
    cells = [_cell(found[""]) for found in results.values()]
    rows.append(
        f"| *what honest students lost or the machine was left with* | | {' | '.join(cells)} |"
    )
    return [*legend, "", *rows]


def _cell(got: list[str]) -> str:
    """The kinds of what was got, each once."""
    return ", ".join(dict.fromkeys(words.split(":")[0] for words in got)) or STOPPED


if __name__ == "__main__":
    main()
