"""Kernels that run the notebooks: this very Python, over sockets nobody else on the machine can hear."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from weakref import WeakSet

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

_running: WeakSet[OwnKernel] = WeakSet()


class OwnKernel(AsyncKernelManager):
    """A kernel of the Python that runs segbook, whatever kernels the user has installed.

    On POSIX it talks over sockets in a private folder: TCP would be open to every user of the
    machine, and ipykernel says so on every start.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._folder: str | None = None
        if os.name == "posix":
            self._folder = tempfile.mkdtemp(prefix="segbook-")
            self.transport, self.ip = "ipc", str(Path(self._folder) / "k")
            self.connection_file = str(Path(self._folder) / "kernel.json")
        _running.add(self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The same for every notebook."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="segbook", language="python")

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if self._folder and not restart:
            shutil.rmtree(self._folder, ignore_errors=True)
            _running.discard(self)

    cleanup_resources = _async_cleanup_resources


def stop_kernels() -> None:
    """Kill every kernel at once, as an interrupted run must."""
    for kernel in list(_running):
        process = getattr(kernel.provisioner, "process", None)
        if process is not None and process.poll() is None:
            process.kill()
