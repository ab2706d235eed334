"""
Which of a connection's bytes become a request, and what is answered instead.
"""
import io
import json
import re

import hypothesis.strategies as st
import pytest
from daphne.access import AccessLogGenerator
from hypothesis import given

from channels_lts.security.daphne.channel import GuardedChannel

from .server import Server, handshake, request

CHUNKED = "Transfer-Encoding: chunked"


def chunks(*parts):
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_a_request_reaches_the_layer_and_its_answer_the_client(server, connection):
    connection.send(request("/a%20page?q=1", "Accept: text/html", method="POST", body=b"a body"))
    message, = server.messages
    assert (message["path"], message["query_string"], message["body"]) == (
        "/a page", b"q=1", b"a body")
    assert (b"accept", b"text/html") in message["headers"]
    server.answer(message)
    assert connection.statuses == [200]
    assert connection.received.endswith(b"9\r\nan answer\r\n0\r\n\r\n")


def test_twisteds_own_access_log_gets_no_line(server, connection):
    server.factory.logFile = io.StringIO()
    connection.send(request())
    server.answer(*server.messages)
    assert connection.statuses == [200]
    assert server.factory.logFile.getvalue() == ""


def test_each_request_has_a_reply_channel_of_its_own(server):
    for _ in range(100):
        server.connect().send(request())
    names = {message["reply_channel"] for message in server.messages}
    assert len(names) == 100
    assert all(re.fullmatch(r"daphne\.response\.test![\w-]+", name) for name in names)


@pytest.mark.parametrize("behind", [
    request("/2") + request("/3"),
    request("/2", method="POST", body=b"GET /x HTTP/1.1\r\n\r\n") + request("/3"),
    request("/2", CHUNKED, method="POST") + chunks(b"one", b"two") + request("/3"),
], ids=["GET", "POST", "chunked"])
@pytest.mark.parametrize("first", [
    request("/1"), request("/1", CHUNKED, method="POST") + chunks(b"a body")])
def test_a_request_waits_until_the_one_before_is_answered(server, connection, first, behind):
    connection.send(first + behind)
    for number in (1, 2, 3):
        assert server.paths == ["/%d" % each for each in range(1, number + 1)]
        server.answer(server.messages[-1], b"answer %d" % number)
    assert [connection.received.index(b"answer %d" % number) for number in (1, 2, 3)] == sorted(
        connection.received.index(b"answer %d" % number) for number in (1, 2, 3))
    assert connection.statuses == [200, 200, 200]


def test_a_thousand_requests_at_once_are_refused_one_after_the_other(server, connection):
    server.layer.is_full = True
    connection.send(b"".join(request("/%d" % number) for number in range(1000)))
    assert connection.statuses == [503] * 1000


def test_who_does_not_read_an_answer_gets_no_other_one(server, connection):
    connection.send(request("/1") + request("/2") + request("/3"))
    producer = connection.transport.producer
    producer.pauseProducing()  # as a transport does that has more than 64 KiB to write
    server.answer(server.messages[0])
    connection.send(request("/4"))
    assert server.paths == ["/1"]
    producer.resumeProducing()
    for number in (2, 3, 4):
        assert server.paths == ["/%d" % each for each in range(1, number + 1)]
        server.answer(server.messages[-1])
    assert connection.statuses == [200] * 4


def test_behind_the_last_request_of_a_connection_nothing_is_read(server, connection):
    connection.send(request("/1", "Connection: close") + request("/2"))
    server.answer(server.messages[0])
    assert (server.paths, connection.statuses, connection.is_closed) == (["/1"], [200], True)


REQUESTS = st.lists(st.one_of(
    st.builds(request, st.sampled_from(["/", "/a?b", "/%41"])),
    st.builds(lambda body: request("/post", method="POST", body=body), st.binary(max_size=50)),
    st.builds(lambda parts: request("/chunked", CHUNKED, method="POST") + chunks(*parts),
              st.lists(st.binary(min_size=1, max_size=20), max_size=3)),
), max_size=4)


def answered(data, pieces):
    server = Server()
    connection = server.connect()
    for piece in pieces:
        connection.send(data[:piece])
        data = data[piece:]
    connection.send(data)
    done = 0
    while done < len(server.messages):
        server.answer(server.messages[done])
        done += 1
    return [(message["path"], message["body"]) for message in server.messages], connection.received


@given(REQUESTS, st.lists(st.integers(1, 60), max_size=20))
def test_it_makes_no_difference_in_which_pieces_bytes_arrive(requests, pieces):
    assert answered(b"".join(requests), pieces) == answered(b"".join(requests), [])


@pytest.mark.parametrize("data", [
    b"GET /\r\n\r\n",
    b"GET / HTTP/0.9\r\n\r\n",
    b"GET / FOO\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\n\r\n",
    b"CONNECT example.org:443 HTTP/1.1\r\n\r\n",
    b"GET  / HTTP/1.1\r\n\r\n",
    b"GET /a b HTTP/1.1\r\n\r\n",
    b"G\xffT / HTTP/1.1\r\n\r\n",
    request("/#fragment"),
    request("/", "No colon"),
    request("/", ": no name"),
    request("/", "Space : x"),
    request("/", "Folded: one\r\n two"),
    request("/", "Bare: one\nSecond: two"),
    request("/", "Bare: one\rSecond: two"),
    request("/", "Nul: \0"),
    request("/", "Escape: \x1b[31m"),
    request("/", "Vertical: a\x0bb"),
    request("/", "Delete: \x7f"),
    request("/", "Host: example.com"),
    request("http://example.com/"),
    request("/", "Origin: http://a", "Origin: http://b"),
    request("/", "Content-Length: 1", "Content-Length: 1"),
    request("/", "Content-Length: 1, 1"),
    request("/", "Content-Length: +1"),
    request("/", "Content-Length: " + "9" * 5000),
    request("/", "Content-Length: 5", CHUNKED),
    request("/", CHUNKED, CHUNKED),
    request("/", "Transfer-Encoding: gzip, chunked"),
    request("/", "Transfer-Encoding: identity"),
    request("/", CHUNKED).replace(b"1.1", b"1.0"),
    request("/", CHUNKED) + b"zz\r\n",
    request("/", CHUNKED) + b"-1\r\n",
], ids=repr)
def test_what_is_malformed_is_refused_and_nothing_behind_it_is_read(server, connection, data):
    connection.send(data)
    connection.send(request("/behind"))
    assert (server.messages, connection.statuses) == ([], [400])


@pytest.mark.parametrize("target, path, query", [
    ("http://example.org/a?b", "/a", b"b"),
    ("HTTP://example.org", "/", b""),
    ("http://example.org?b", "/", b"b"),
    ("/%zz%", "/%zz%", b""),
    ("/%ff", "/\ufffd", b""),
    ("/\xe9?\xff", "/\ufffd", b"%FF"),
    ("//a//b", "//a//b", b""),
    ("/a?b?c", "/a", b"b?c"),
])
def test_a_strange_target_is_understood(server, connection, target, path, query):
    connection.send(request(target))
    assert [(each["path"], each["query_string"]) for each in server.messages] == [(path, query)]


def test_empty_lines_before_a_request_are_skipped(server, connection):
    connection.send(b"\r\n\r\n" + request("/"))
    assert server.paths == ["/"]


@pytest.mark.parametrize("size", [None, 1000])
def test_the_bytes_of_headers_are_bounded_before_they_end(size):
    server = Server({"MAX_HEADER_BYTES": 2000})
    fits, refused = server.connect(), server.connect()
    fits.send(request("/", "Long: " + "x" * 1900), size)
    refused.send(request("/", "Long: " + "x" * 100000), size)
    assert (server.paths, refused.statuses) == (["/"], [431])
    assert len(refused.transport.protocol.unread) == 0


def test_a_target_that_grows_is_no_longer_than_it_was(server, connection):
    connection.send(request("/" + "\xff" * 16000))
    assert server.paths == ["/" + "\ufffd" * 16000]


def test_the_number_of_headers_is_bounded():
    server = Server({"MAX_HEADERS": 10})
    fits, refused = server.connect(), server.connect()
    fits.send(request("/", *["A: b"] * 9))
    refused.send(request("/", *["A: b"] * 10))
    assert (server.paths, refused.statuses) == (["/"], [431])


def test_a_limit_can_be_switched_off():
    server = Server(dict.fromkeys(["MAX_HEADERS", "MAX_HEADER_BYTES", "MAX_BODY", "HEADER_SECONDS",
                                   "BODY_SECONDS", "BODY_RATE", "MAX_WAITING_BYTES",
                                   "MAX_WAITING_BYTES_PER_ADDRESS"]))
    slow = server.connect().send(request("/slow", method="POST", body=b"x")[:-1])
    server.clock.advance(59)
    slow.send(b"x")
    server.connect().send(request("/", *["A: b"] * 5000, method="POST", body=b"x" * 2 ** 25))
    assert server.paths == ["/slow", "/"]


def test_a_body_is_refused_by_its_length_before_it_is_asked_for():
    server = Server({"MAX_BODY": 1000})
    connection = server.connect()
    connection.send(request("/", "Expect: 100-continue", "Content-Length: 1001"))
    assert connection.statuses == [413]
    fits = server.connect().send(request("/", "Expect: 100-continue", "Content-Length: 1000"))
    assert fits.statuses == [100]


def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large():
    server = Server({"MAX_BODY": 1000})
    connection = server.connect().send(request("/", CHUNKED, method="POST"))
    connection.send(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
    assert connection.statuses == []
    connection.send(b"fffffff\r\n" + b"x")
    assert (connection.statuses, server.messages) == ([413], [])


def test_what_follows_a_refusal_is_read_for_a_while_and_not_kept(server, connection):
    connection.send(request("/", "Content-Length: %d" % 10 ** 9, method="POST"))
    assert (connection.statuses, connection.is_closed) == ([413], False)
    piece, pieces = b"x" * 2 ** 16, 0
    while not connection.is_closed:
        connection.send(piece)
        pieces += 1
    assert GuardedChannel.linger_bytes < pieces * len(piece) <= (
        GuardedChannel.linger_bytes + len(piece))
    assert connection.statuses == [413]


def test_who_does_not_close_after_a_refusal_is_closed(server, connection):
    connection.send(b"nonsense\r\n\r\n")
    server.clock.advance(GuardedChannel.linger_seconds)
    assert connection.transport.disconnected


def test_chunks_that_are_mostly_not_body_are_refused(server, connection):
    connection.send(request("/", CHUNKED, method="POST"))
    connection.send(b"1\r\nx\r\n" * 10000, 1000)
    assert (connection.statuses, server.messages) == ([400], [])


def trickle(server, connection, data, seconds):
    """Sends one byte every so many seconds. Returns how many bytes were accepted."""
    for count in range(len(data)):
        if connection.statuses:
            return count
        connection.send(data[count:count + 1])
        server.clock.advance(seconds)
    return len(data)


@pytest.mark.parametrize("size", [None, 2 ** 10])
def test_requests_behind_a_short_body_are_none_of_its_bytes(server, connection, size):
    behind = [request("/%d" % number, "X-Long: " + "x" * 2 ** 13) for number in (2, 3, 4)]
    connection.send(request("/1", method="POST", body=b"short") + b"".join(behind), size)
    for number in (1, 2, 3, 4):
        assert server.paths[number - 1:] == ["/%d" % number]
        server.answer(server.messages[-1])
    assert connection.statuses == [200] * 4


def test_headers_that_trickle_are_ended(server, connection):
    assert trickle(server, connection, request("/", "X: " + "x" * 1000), 1) <= 21
    assert connection.statuses == [408]


@pytest.mark.parametrize("start, body", [
    (request("/", "Content-Length: 10000", method="POST"), b"x" * 10000),
    (request("/", CHUNKED, method="POST"), b"a\r\n0123456789\r\n" * 1000),
], ids=["length", "chunked"])
def test_bodies_that_trickle_are_ended(server, connection, start, body):
    connection.send(start)
    assert trickle(server, connection, body, 1) <= 31
    assert (connection.statuses, server.messages) == ([408], [])


def test_a_body_that_comes_fast_enough_is_never_ended():
    server = Server({"BODY_SECONDS": 30, "BODY_RATE": 1000})
    connection = server.connect()
    connection.send(request("/", "Content-Length: 200000", method="POST"))
    for _ in range(200):
        connection.send(b"x" * 1000)
        server.clock.advance(1)
    assert len(server.messages) == 1


def test_a_connection_that_is_gone_leaves_no_timer(server, connection):
    connection.send(b"GET / HTTP/1.1\r\n")
    connection.lose()
    other = server.connect().send(b"nonsense\r\n\r\n")
    other.lose()
    assert server.clock.getDelayedCalls() == []


def test_a_plain_request_needs_no_timer(server, connection):
    connection.send(request("/"))
    assert server.clock.getDelayedCalls() == []


def test_an_answer_takes_as_long_as_it_goes_on(server, connection, pass_time):
    connection.send(request("/"))
    server.answer(server.messages[0], more_content=True)
    pass_time(10 * server.factory.timeout)
    for _ in range(3):
        server.clock.advance(server.factory.timeout)
        server.factory.check_timeouts()
        assert not connection.is_closed
        server.factory.dispatch_reply(
            server.messages[0]["reply_channel"], {"content": b"more", "more_content": True})
    server.clock.advance(server.factory.timeout + 1)
    server.factory.check_timeouts()
    assert connection.transport.disconnected


def test_nothing_is_parsed_that_daphne_does_not_need(server, connection):
    body = (b'--x\r\nContent-Disposition: form-data; name="' + b";" * 3000 + b"\r\n\r\n\r\n--x--")
    connection.send(request("/?a=b", "Cookie: a=b", "Content-Type: multipart/form-data; boundary=x",
                            method="POST", body=body))
    made, = server.factory.reply_protocols.values()
    assert (made.args, made.received_cookies) == ({}, {})
    assert server.messages[0]["body"] == body


def test_every_answer_has_the_headers_that_the_project_wants(settings):
    settings.CHANNELS_LTS = {"RESPONSE_HEADERS": {"Referrer-Policy": "same-origin"}}
    server = Server()
    own, plain, broken, denied = [server.connect() for _ in range(4)]
    own.send(request("/"))
    server.answer(server.messages[0], headers=[(b"referrer-policy", b"no-referrer")])
    assert own.received.lower().count(b"referrer-policy") == 1
    plain.send(request("/"))
    server.answer(server.messages[1])
    broken.send(b"nonsense\r\n\r\n")
    denied.send(handshake())
    server.factory.dispatch_reply(server.messages[2]["reply_channel"], {"accept": False})
    server.layer.is_full = True
    full = server.connect().send(request("/"))
    for each, status in ((plain, 200), (broken, 400), (denied, 403), (full, 503)):
        assert each.statuses == [status]
        assert each.received.count(b"Referrer-Policy: same-origin\r\n") == 1
    for each in (broken, denied, full):  # daphne's own, which depend on who asks too
        assert each.received.count(b"Cache-Control: no-store\r\n") == 1


def test_a_refusal_is_told_in_the_log(server, connection, caplog):
    connection.send(request("/", "Content-Length: %d" % 10 ** 9))
    assert "MAX_BODY" in caplog.text and "192.0.2.1" in caplog.text


def test_the_access_log_has_a_bounded_line_for_each_request_and_nobody_ends_its_quotes():
    output = io.StringIO()
    server = Server(action_logger=AccessLogGenerator(output))
    for method, path in (("GET", '/"_200_-"' + "a" * 15000), ("G" * 15000, "/")):
        server.connect().send(request(path, method=method))
        server.answer(server.messages[-1])
    lines = output.getvalue().splitlines()
    assert len(lines) == 2 and max(map(len, lines)) < 2300
    assert [line.count('"') for line in lines] == [2, 2]


def test_the_access_log_has_sockets_bounded_too():
    output = io.StringIO()
    server = Server(action_logger=AccessLogGenerator(output))
    server.connect().send(handshake("/" + "a" * 15000))
    line, = output.getvalue().splitlines()
    assert "WSCONNECTING /aaa" in line and len(line) < 2300


def local(message):
    return message["reply_channel"].partition("!")[2]


def test_the_access_log_names_a_request_and_a_socket_as_workers_do():
    output = io.StringIO()
    server = Server(action_logger=AccessLogGenerator(output))
    server.connect().send(request("/"))
    server.answer(server.messages[0])
    connection = server.connect().send(handshake("/s"))
    server.factory.dispatch_reply(server.messages[1]["reply_channel"], {"accept": True})
    connection.lose()
    lines = output.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == [
        local(server.messages[0])] + [local(server.messages[1])] * 3
    assert [" WSCONNECTING /s" in lines[1].replace('"', " "), '"WSCONNECT /s"' in lines[2],
            '"WSDISCONNECT /s"' in lines[3]] == [True] * 3


def test_the_access_log_may_be_json_with_what_a_proxy_has_called_a_request(settings):
    settings.CHANNELS_LTS = {"LOG_FORMAT": "json", "REQUEST_ID_HEADER": "X-Request-ID"}
    output = io.StringIO()
    server = Server(action_logger=AccessLogGenerator(output))
    server.connect().send(request('/"a?b=c', "X-Request-ID: 4711-abc"))
    server.answer(server.messages[0])
    server.connect().send(handshake("/s", "X-Request-ID: 4712"))
    server.factory.dispatch_reply(server.messages[1]["reply_channel"], {"close": True})
    page, connecting, rejected = map(json.loads, output.getvalue().splitlines())
    assert page.pop("time").endswith("Z") and page.pop("seconds") >= 0
    assert page == {
        "level": "INFO", "logger": "daphne.access", "message": 'GET /\\x22a?b=c', "status": 200,
        "client": "192.0.2.1:4711", "size": 9, "protocol": "http", "action": "complete",
        "request_id": local(server.messages[0]), "correlation_id": "4711-abc"}
    assert [each["message"] for each in (connecting, rejected)] == ["WSCONNECTING /s",
                                                                    "WSREJECT /s"]
    assert {(each["request_id"], each["correlation_id"]) for each in (connecting, rejected)} == {
        (local(server.messages[1]), "4712")}
