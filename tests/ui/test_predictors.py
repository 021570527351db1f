"""Networks and neighbours read a drawing in threads of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch

from ui import predictors


def test_each_reader_computes_in_one_thread_and_leaves_other_threads_theirs(use_threads: Callable[[int], None]) -> None:
    use_threads(3)
    both = threading.Barrier(2, timeout=60)

    def threads() -> int:
        both.wait()
        return torch.get_num_threads()

    with ThreadPoolExecutor(2, initializer=predictors.use_one_thread) as readers:
        assert [reader.result() for reader in [readers.submit(threads) for _ in range(2)]] == [1, 1]
    assert torch.get_num_threads() == 3
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == 3
