"""How long `import course_lib` takes beyond starting Python, written into README.md."""

import subprocess
import sys
import time

from readme import markers

RUNS = 20
AIM = 0.1  # seconds


def main() -> None:
    seconds = shortest("import course_lib") - shortest("")
    text = f"`import course_lib` takes {1000 * max(seconds, 0):.0f} ms (aim: {1000 * AIM:.0f} ms)."
    print(text)
    markers.write("imports", text)


def shortest(code: str) -> float:
    """Seconds that a fresh Python takes for the code, the shortest of many runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
