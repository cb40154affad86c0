"""Where what a benchmark found goes in README.md: between two comments that name it."""

from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def write(name: str, text: str, path: Path = README) -> None:
    """Puts the text between the comments of the benchmark `name`.

    Raises:
        ValueError: if the file has no such comments.
    """
    begin, end = f"<!-- benchmark: {name} -->", f"<!-- /benchmark: {name} -->"
    source = path.read_text(encoding="utf-8")
    if begin not in source or end not in source:
        raise ValueError(f"{path.name} has no {begin} and {end}")
    head, rest = source.split(begin, 1)
    tail = rest.split(end, 1)[1]
    path.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")
