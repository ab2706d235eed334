import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.layers.redis import bundle

names = st.lists(st.text("abcXYZ019-_.é", min_size=1, max_size=20), max_size=30)
times = st.floats(min_value=0, max_value=2 ** 40)


@given(expires=times, payload=st.binary(max_size=300), names=names)
def test_an_entry_reads_as_it_was_written(expires, payload, names):
    data = bundle.pack(expires, payload, names)
    assert bundle.unpack(data) == (expires, payload, names)
    assert bundle.expires(data) == expires


@given(payload=st.binary(max_size=300))
def test_a_message_with_a_key_of_its_own_reads_as_one_without_names(payload):
    assert bundle.unpack(bundle.plain(payload)) == (None, payload, [])


@given(expires=times, payload=st.binary(max_size=300), names=names)
def test_an_entry_is_never_taken_for_a_key(expires, payload, names):
    assert bundle.is_entry(bundle.pack(expires, payload, names))
    assert bundle.is_entry(bundle.plain(payload))
    assert not bundle.is_entry(b"asgi:0123456789abcdef0123456789abcdef")


@given(data=st.binary(min_size=1, max_size=50), version=st.integers(2, 255))
def test_an_entry_of_a_newer_format_is_refused_and_named(data, version):
    for read in (bundle.unpack, bundle.expires):
        with pytest.raises(bundle.UnknownFormat, match="format %d" % version):
            read(bytes((0, version)) + data)
