import pytest

import adder


@pytest.mark.parametrize(("left", "total"), [(1, 3), (40, 42)])
def test_add(left, total):
    assert adder.add(left, 2) == total


def test_double(four):
    assert adder.double(four) == 8


def test_double_refuses_nothing():
    with pytest.raises(TypeError):
        adder.double(None)
