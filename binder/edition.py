"""Makes the student's package of all assignments at workspace/cnn-course of the course given."""

import sys
from pathlib import Path

from autograders.edition.workspace import update_workspace

for sentence in update_workspace(Path(sys.argv[1]).resolve()):
    print(sentence)
