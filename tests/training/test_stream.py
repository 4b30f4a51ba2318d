"""Ring, pyramid and mailbox against plain numpy over the whole history."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.stream import Latest, Pyramid, Ring, Thinned


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 30))
def test_a_ring_holds_the_newest_samples_in_order(sizes: list[int], capacity: int) -> None:
    ring = Ring(2, capacity)
    total = 0
    for size in sizes:
        x = np.arange(total, total + size, dtype=float)
        ring.add(x, np.column_stack([x, -x]))
        total += size
    expected = np.arange(max(0, total - capacity), total, dtype=float)
    x, y = ring.since(-1.0)
    assert np.array_equal(x, expected)
    assert np.array_equal(y, np.column_stack([expected, -expected]))
    assert np.array_equal(ring.since(total - 3.0)[0], expected[expected >= total - 3])
    assert ring.newest == (expected[-1] if len(expected) else 0.0)


@given(st.integers(1, 5000), st.integers(1, 700), st.integers(0, 2**31))
def test_a_pyramid_has_the_extremes_of_every_bucket(samples: int, chunk: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = np.sort(generator.uniform(0.0, 1000.0, samples))
    y = generator.normal(size=(samples, 3))
    pyramid = Pyramid(3, 1.0, buckets=64)
    for start in range(0, samples, chunk):
        pyramid.add(x[start : start + chunk], y[start : start + chunk])
    edges, values = pyramid.curve()
    assert len(edges) <= 128
    bucket = (x / pyramid.width).astype(int)
    filled = np.unique(bucket)
    assert np.allclose(edges[0::2], filled * pyramid.width)
    for row, number in enumerate(filled):
        assert np.array_equal(values[2 * row], y[bucket == number].min(axis=0))
        assert np.array_equal(values[2 * row + 1], y[bucket == number].max(axis=0))


def test_a_pyramid_leaves_out_what_is_not_finite() -> None:
    pyramid = Pyramid(1, 1.0, buckets=8)
    pyramid.add(np.array([0.0, 0.1, 0.2, 1.5]), np.array([[1.0], [np.nan], [3.0], [np.inf]]))
    x, y = pyramid.curve()
    assert x.tolist() == [0.0, 0.0]
    assert y[:, 0].tolist() == [1.0, 3.0]


@given(st.integers(1, 3000), st.integers(2, 64))
def test_a_thinned_log_stays_small_and_even(count: int, rows: int) -> None:
    log = Thinned(1, rows)
    for number in range(count):
        log.add(number, np.array([2.0 * number]))
    x, y = log.curve()
    assert len(x) <= rows
    assert np.array_equal(x, np.arange(0, count, log.stride)[: len(x)])
    assert count - x[-1] <= 2 * log.stride
    assert np.array_equal(y[:, 0], 2.0 * x)


def test_a_rewound_log_forgets_the_future() -> None:
    log = Thinned(1, 16)
    for number in (0, 1, 2, 3, 4):
        log.add(number, np.array([float(number)]))
    log.add(2, np.array([9.0]))
    assert log.curve()[0].tolist() == [0.0, 1.0, 2.0]
    assert log.curve()[1][:, 0].tolist() == [0.0, 1.0, 9.0]


def test_the_mailbox_keeps_only_the_newest_and_gives_it_once() -> None:
    box: Latest[int] = Latest()
    assert box.take() is None
    for number in range(5):
        box.put(number)
    assert box.take() == 4
    assert box.take() is None


@pytest.mark.parametrize("count", [2000])
def test_the_mailbox_between_threads_only_moves_forward(count: int) -> None:
    box: Latest[int] = Latest()
    writer = threading.Thread(target=lambda: [box.put(number) for number in range(count)])
    writer.start()
    seen: list[int] = []
    while not seen or seen[-1] != count - 1:
        value = box.take()
        if value is not None:
            seen.append(value)
    writer.join()
    assert seen == sorted(set(seen))
