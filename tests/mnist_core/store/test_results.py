"""Results that took long to compute are kept under their key, and openings of the test set are counted."""

from concurrent.futures import ThreadPoolExecutor

from mnist_core.store import Store


def test_what_is_kept_comes_back_also_from_another_store(store: Store) -> None:
    store.results.put("one", b"first")
    store.results.put("two", b"second")

    again = Store(store.folder, store.database_url)
    assert again.results.get(["two", "three", "one"]) == {
        "one": b"first",
        "two": b"second",
    }


def test_sessions_may_keep_the_same_result_at_the_same_time(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: store.results.put(f"key {number % 5}", b"result"), range(100)))

    assert len(store.results.get([f"key {number}" for number in range(5)])) == 5


def test_openings_are_counted_for_each_key_also_from_another_store(store: Store) -> None:
    for key in ("knn-3", "knn-5", "knn-3"):
        store.results.count_opening(key)
    Store(store.folder, store.database_url).results.count_opening("knn-3")

    assert [store.results.openings(key) for key in ("knn-3", "knn-5", "knn-7")] == [3, 1, 0]


def test_openings_at_the_same_time_are_all_counted(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.results.count_opening("knn-3"), range(40)))

    assert store.results.openings("knn-3") == 40
