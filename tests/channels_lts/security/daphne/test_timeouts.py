"""
daphne's timeout checks: one connection never ends them for the others.
"""
import pytest

from .server import Server, handshake, request


def test_an_answer_that_could_not_begin_is_an_error_in_time(server, connection, pass_time):
    connection.send(request("/"))
    with pytest.raises(ValueError):
        server.factory.dispatch_reply(server.messages[0]["reply_channel"], {"content": b"x"})
    pass_time(1000)
    server.factory.check_timeouts()
    assert connection.statuses == [503]
    assert b"Retry-After: 5" in connection.received


def test_a_connection_that_cannot_be_looked_at_is_aborted_and_the_others_are_looked_at(
        server, caplog, pass_time):
    broken, socket, page = [server.connect() for _ in range(3)]
    broken.send(request("/1"))
    socket.send(handshake("/2"))
    page.send(request("/3"))
    protocols = server.factory.reply_protocols
    protocols[server.messages[0]["reply_channel"]].responseHeaders = None
    protocols[server.messages[1]["reply_channel"]].main_factory = None
    pass_time(1000)
    server.factory.check_timeouts()
    assert broken.transport.disconnected and socket.transport.disconnected
    assert page.statuses == [503]
    assert caplog.text.count("it is aborted") == 2


def test_a_request_that_has_not_arrived_yet_is_not_looked_at(server, connection, caplog):
    connection.send(request("/", "Content-Length: 9", method="POST"))
    server.factory.check_timeouts()
    assert connection.send(b"some body").is_closed is False
    assert server.messages[0]["body"] == b"some body"
    assert "failed" not in caplog.text


def test_a_socket_that_lives_too_long_is_closed_but_a_handshake_waits(pass_time):
    server = Server(websocket_timeout=10)
    waiting, opened = [server.connect().send(handshake("/")) for _ in range(2)]
    server.factory.dispatch_reply(server.messages[1]["reply_channel"], {"accept": True})
    pass_time(11)
    server.factory.check_timeouts()
    assert opened.received.endswith(b"\x88\x02\x03\xe8")  # a close with 1000
    assert not waiting.is_closed


def test_a_connection_waits_for_its_next_request_as_long_as_the_project_says(settings):
    settings.CHANNELS_LTS = {"KEEP_ALIVE_SECONDS": 200}
    assert Server().connect().transport.protocol.timeOut == 200


def test_by_default_it_waits_longer_than_a_proxy_keeps_it(connection):
    assert connection.transport.protocol.timeOut > 60
