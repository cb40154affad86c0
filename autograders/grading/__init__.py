"""The roads from a submission to a grade: sanitise, run, record."""

import sys

# jsonschema's parser of addresses, for which no notebook's schema asks, takes as long to load as
# all of nbgrader
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
