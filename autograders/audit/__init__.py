"""Proof that the cases catch wrong answers: small faults are put into right ones and judged."""
