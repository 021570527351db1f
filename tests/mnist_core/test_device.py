"""The device is the fastest that PyTorch can use, with the reason why it is not a faster one."""

import json
from dataclasses import asdict
from types import SimpleNamespace

import pytest
import torch

from mnist_core import device


def pretend(
    monkeypatch: pytest.MonkeyPatch,
    *,
    cuda: str | None = None,
    hip: str | None = None,
    gpu: bool = False,
    mps: bool = False,
    mps_built: bool = False,
) -> None:
    """A PyTorch built for the given versions of CUDA and ROCm, on a machine with or without a usable GPU."""
    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.version, "hip", hip)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: mps_built)


def cuda_start_fails(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    def init() -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(torch.cuda, "init", init)


def test_the_device_of_this_machine_can_be_used() -> None:
    detected = device.detect()

    assert torch.ones(3, device=detected.kind).sum().item() == 3
    assert detected.kind == "cuda" or not torch.cuda.is_available()
    assert detected.name
    assert detected.reason
    assert detected.threads == torch.get_num_threads()
    assert detected.torch_version == torch.__version__


def test_a_cpu_only_build_is_given_as_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)

    detected = device.detect()

    assert (detected.kind, detected.name, detected.memory) == ("cpu", "CPU", 0)
    assert (detected.reason, detected.build) == ("CPU-only build of PyTorch", "CPU")


def test_an_old_macos_is_given_as_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, mps_built=True)

    detected = device.detect()

    assert (detected.kind, detected.reason) == ("cpu", "Apple MPS needs a newer macOS")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU.", "no NVIDIA driver"),
        (
            "The NVIDIA driver on your system is too old (found version 11040).",
            "the NVIDIA driver is too old for this PyTorch",
        ),
        ("No CUDA GPUs are available", "no GPU visible to PyTorch"),
    ],
)
def test_a_cuda_build_without_a_usable_gpu_says_why(message: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, cuda="13.0")
    cuda_start_fails(monkeypatch, message)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")

    detected = device.detect()

    assert (detected.kind, detected.reason, detected.build) == ("cpu", reason, "CUDA 13.0")


def test_a_machine_without_nvidia_smi_has_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, cuda="13.0")
    cuda_start_fails(monkeypatch, "No CUDA GPUs are available")
    monkeypatch.setattr("shutil.which", lambda _name: None)

    assert device.detect().reason == "no NVIDIA driver"


def test_a_rocm_build_without_a_gpu_does_not_ask_for_an_nvidia_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, hip="6.4")
    cuda_start_fails(monkeypatch, "No HIP GPUs are available")
    monkeypatch.setattr("shutil.which", lambda _name: None)

    detected = device.detect()

    assert (detected.kind, detected.reason, detected.build) == ("cpu", "no GPU visible to PyTorch", "ROCm 6.4")


def test_a_gpu_is_used_and_named_with_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, cuda="13.0", gpu=True)
    properties = SimpleNamespace(name="NVIDIA Test 9000", total_memory=24 * 2**30)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _index: properties)

    detected = device.detect()

    assert (detected.kind, detected.name, detected.memory) == ("cuda", "NVIDIA Test 9000", 24 * 2**30)
    assert (detected.reason, detected.build) == ("GPU found", "CUDA 13.0")


def test_an_apple_gpu_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, mps=True, mps_built=True)

    detected = device.detect()

    assert (detected.kind, detected.name, detected.reason) == ("mps", "Apple GPU", "Apple MPS found")


def test_a_device_can_be_stored_as_json_and_read_back() -> None:
    detected = device.detect()

    assert device.Device(**json.loads(json.dumps(asdict(detected)))) == detected
