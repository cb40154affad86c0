"""Sample submissions of assignment 01: right ones, wrong ones and mangled ones."""
