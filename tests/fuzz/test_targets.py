"""The fuzz targets on seeds, on random bytes, and on everything a fuzzer ever found."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.run import FINDINGS, SEEDS
from tests.fuzz.targets import TARGETS

_FOUND = [path for path in sorted(FINDINGS.glob("*/*")) if path.is_file()]


@pytest.mark.parametrize("target", TARGETS)
def test_seeds(target):
    """What the fuzzers begin with holds."""
    for seed in (b"", *SEEDS[target]):
        TARGETS[target](seed)


@pytest.mark.parametrize("path", _FOUND, ids=[f"{path.parent.name}/{path.name}" for path in _FOUND])
def test_findings_stay_fixed(path):
    """Each input that once broke a promise keeps it."""
    TARGETS[path.parent.name](path.read_bytes())


_BYTES = st.lists(
    st.one_of(st.binary(max_size=12), st.sampled_from([seed for seeds in SEEDS.values() for seed in seeds])),
    max_size=4,
).map(b"".join)


@pytest.mark.parametrize("target", TARGETS)
@given(data=_BYTES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_bytes(target, data):
    """Some of it on every run, without coverage guidance."""
    TARGETS[target](data)
