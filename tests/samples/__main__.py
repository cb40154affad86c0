"""`python -m samples COURSE_DIR` writes the samples of the demonstration into a course folder."""

import sys
from pathlib import Path

from helpers import ASSIGNMENT

from samples.write import DEMO, write_samples

write_samples(Path(sys.argv[1]), ASSIGNMENT, DEMO)
