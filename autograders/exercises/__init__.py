"""One module a notebook: its exercises, their visible cases, references and known mistakes."""
