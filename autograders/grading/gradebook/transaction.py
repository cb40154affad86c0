"""Several of nbgrader's steps as one transaction in the gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook

# Others' additions of students and submissions wait from here on, and these see all of theirs.
ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "LOCK TABLE student, submitted_assignment IN SHARE ROW EXCLUSIVE MODE",
}


@contextmanager
def one_transaction(gradebook: Gradebook) -> Iterator[None]:
    """All that changes in `gradebook` within is saved at the end, or nothing of it is.

    nbgrader's functions commit after each step, which here saves nothing yet. Nobody else can add
    a student or a submission between its looking for one and its adding one.
    """
    gradebook.db.remove()
    with gradebook.engine.begin() as connection:
        if first := ALONE.get(gradebook.engine.dialect.name):
            connection.exec_driver_sql(first)
        gradebook.db.configure(bind=connection, join_transaction_mode="rollback_only")
        try:
            yield
            gradebook.db.flush()
        finally:
            gradebook.db.remove()
            gradebook.db.configure(bind=gradebook.engine)
