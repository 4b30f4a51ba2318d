"""A desk with the XOR network on it, and nothing that runs."""

from __future__ import annotations

import pytest

from tests.ui.quiet import QuietDesk, xor


@pytest.fixture
def desk(qapp: object) -> QuietDesk:
    return QuietDesk(xor())
