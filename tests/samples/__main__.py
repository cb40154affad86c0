"""`python -m samples COURSE_DIR` writes the samples of the demonstration into a course folder, with
an assignment's full name as well the honest samples of that one, once it is released."""

import sys
from pathlib import Path

from helpers import ASSIGNMENT

from samples.write import DEMO, honest, write_samples

course, *named = sys.argv[1:]
[assignment] = named or [ASSIGNMENT]
write_samples(Path(course), assignment, honest(assignment) if named else DEMO)
