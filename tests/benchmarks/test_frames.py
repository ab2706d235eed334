import pytest

from benchmarks import frames


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_a_frame_of_any_length_is_cut_out_again(length):
    text = "x" * length
    assert frames.split(frames.server_frame(text)) == ([(frames.TEXT, text.encode())], b"")


def test_frames_that_arrive_in_one_piece_are_told_apart():
    data = frames.server_frame("one") + frames.server_frame("two")
    assert [payload for _, payload in frames.split(data)[0]] == [b"one", b"two"]


@pytest.mark.parametrize("length", [3, 200, 70000])
def test_a_frame_is_complete_with_its_last_byte_and_no_earlier(length):
    data = frames.server_frame("x" * length)
    for end in (0, 1, 2, 3, len(data) // 2, len(data) - 1):
        assert frames.split(data[:end]) == ([], data[:end])


def test_a_client_masks_its_payload():
    frame = frames.client_frame(b"hello")
    assert frame[:2] == bytes([0x81, 0x85])
    key, masked = frame[2:6], frame[6:]
    assert bytes(byte ^ key[place % 4] for place, byte in enumerate(masked)) == b"hello"


def test_the_key_of_the_specification_is_accepted_as_it_says():
    # RFC 6455, section 1.3
    assert frames.accept_key(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
