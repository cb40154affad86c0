"""Groups of cases that never leave the instructor's machine, seeded from a key made at set-up."""
