"""A JupyterLab server of a test's own: nothing of the user's settings, ended with its kernels."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 120
STOP_SECONDS = 20

SERVER_OPTIONS = (
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--IdentityProvider.token=",
)


def isolated_environment(settings: Path, python_path: Path | None = None) -> dict[str, str]:
    """The environment in which Jupyter keeps all that it writes under `settings`.

    The interpreter's own folder stands first on PATH, as in an activated environment.
    """
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    environment = dict(os.environ)
    environment.update({name: str(settings / folder) for name, folder in folders.items()})
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment.pop("PYTHONPATH", None)
    if python_path is not None:
        environment["PYTHONPATH"] = str(python_path)
    return environment


@contextmanager
def running_server(
    command: Sequence[str], folder: Path, environment: dict[str, str]
) -> Iterator[str]:
    """Start `command`, a JupyterLab server, in `folder`; give its address once it answers.

    Raises RuntimeError with the end of the server's log if it does not come up.
    """
    runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
    runtime.mkdir(parents=True, exist_ok=True)
    log = runtime / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield _address(server, runtime, log)
        finally:
            _stop(server)


@contextmanager
def running_jupyterlab(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """JupyterLab on `folder`, without a token, the question about news, or the offer of tours."""
    _write_settings(Path(environment["JUPYTERLAB_SETTINGS_DIR"]))
    _disable_tours(Path(environment["JUPYTER_CONFIG_DIR"]))
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", *SERVER_OPTIONS]
    with running_server(command, folder, environment) as address:
        yield address


def _write_settings(settings: Path) -> None:
    notification = settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notification.parent.mkdir(parents=True)
    notification.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


def _disable_tours(config: Path) -> None:
    page_config = config / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text(json.dumps({"disabledExtensions": {"jupyterlab-tour": True}}))


def _address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """The address that the server wrote down, as soon as it answers there."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        address = _written_address(runtime / f"jpserver-{server.pid}.json")
        if address is not None and _answers(address):
            return address
        try:
            server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    end = log.read_text(errors="replace")[-3000:]
    raise RuntimeError(f"JupyterLab ended, or took over {START_SECONDS} s; its log ends:\n{end}")


def _written_address(description: Path) -> str | None:
    try:
        return str(json.loads(description.read_text())["url"])
    except (FileNotFoundError, json.JSONDecodeError):
        return None  # not yet written, or not yet to the end


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "api", timeout=2) as answer:
            return bool(answer.status == 200)
    except urllib.error.URLError:
        return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server; on SIGTERM it shuts its kernels down first."""
    try:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
