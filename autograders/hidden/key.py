"""The key that seeds the hidden cases: made once on the instructor's machine, never committed."""

import os
import secrets
from pathlib import Path

PATH = Path(__file__).parent / "key"


def hidden_key() -> str:
    """The key, made on the first call: two processes that race for it get the same one."""
    if not PATH.exists():
        fresh = PATH.with_name(f"key.{os.getpid()}")
        fresh.write_text(secrets.token_hex(32))
        fresh.chmod(0o600)
        try:
            os.link(fresh, PATH)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return PATH.read_text().strip()


if __name__ == "__main__":
    hidden_key()
