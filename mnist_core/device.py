"""The device that PyTorch uses, and the reason.

torch is imported inside the functions, since pages import `Device` and must not wait for torch.
"""

import shutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """The device that training uses.

    `kind` is what `torch.device` takes: `cuda`, `mps` or `cpu`. `reason` says as part of a sentence why this device and
    not a faster one. `memory` is in bytes, 0 where it is not known. `build` is what this PyTorch was built for:
    `CUDA 13.0`, `ROCm 6.4` or `CPU`.
    """

    kind: str
    name: str
    reason: str
    memory: int
    threads: int
    torch_version: str
    build: str


def detect() -> Device:
    """Ask PyTorch for the fastest device that it can use on this machine."""
    import torch

    cuda, rocm = torch.version.cuda, torch.version.hip
    kind, name, memory = "cpu", "CPU", 0
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        kind, name, reason, memory = "cuda", properties.name, "GPU found", properties.total_memory
    elif torch.backends.mps.is_available():
        kind, name, reason = "mps", "Apple GPU", "Apple MPS found"
    elif cuda is None and rocm is None:
        reason = "Apple MPS needs a newer macOS" if torch.backends.mps.is_built() else "CPU-only build of PyTorch"
    else:
        reason = _why_no_gpu()
    build = f"CUDA {cuda}" if cuda is not None else "CPU" if rocm is None else f"ROCm {rocm}"
    return Device(kind, name, reason, memory, torch.get_num_threads(), torch.__version__, build)


def _why_no_gpu() -> str:
    """Why a PyTorch built for GPUs finds none, from the error that initialising CUDA raises."""
    import torch

    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        message = str(error)
        if "driver" in message and "too old" in message:
            return "the NVIDIA driver is too old for this PyTorch"
        if "no NVIDIA driver" in message or (shutil.which("nvidia-smi") is None and torch.version.cuda is not None):
            return "no NVIDIA driver"
    return "no GPU visible to PyTorch"
