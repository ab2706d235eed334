"""
The sockets, requests and channels of the primer, example by example: the page shows each list.
"""
from channels import route, route_class

from .bindings import ValueDemultiplexer
from .consumers import background, echo, later, news, ordered, poll, raw, visitor
from .consumers.own import MyConsumer
from .demultiplexers import Demultiplexer
from .polling import OVER

echo_routes = [
    route("websocket.connect", echo.ws_connect, path=r"^/echo/$"),
    route("websocket.receive", echo.ws_receive, path=r"^/echo/$"),
    route("websocket.disconnect", echo.ws_disconnect, path=r"^/echo/$"),
]
class_routes = [
    route_class(MyConsumer, path=r"^/primer/class/$"),
]
streams_routes = [
    route_class(Demultiplexer, path=r"^/primer/streams/$"),
]
binding_routes = [
    route_class(ValueDemultiplexer, path=r"^/primer/values/$"),
]
visitor_routes = [
    route("websocket.connect", visitor.ws_connect, path=r"^/primer/visitor/$"),
    route("websocket.receive", visitor.ws_receive, path=r"^/primer/visitor/$"),
    route("websocket.disconnect", visitor.ws_disconnect, path=r"^/primer/visitor/$"),
]
ordered_routes = [
    route("websocket.connect", ordered.ws_connect, path=r"^/primer/ordered/$"),
    route("websocket.receive", ordered.ws_receive, path=r"^/primer/ordered/$"),
    route("websocket.disconnect", ordered.ws_disconnect, path=r"^/primer/ordered/$"),
]
poll_routes = [
    route("http.request", poll.poll, path=r"^/primer/poll/$"),
    route(OVER, poll.over),
]
raw_routes = [
    route("http.request", raw.raw, path=r"^/primer/raw/$"),
]
background_routes = [
    route("websocket.connect", background.ws_connect, path=r"^/primer/work/$"),
    route("websocket.receive", background.ws_receive, path=r"^/primer/work/$"),
    route("websocket.disconnect", background.ws_disconnect, path=r"^/primer/work/$"),
    route(background.WORK, background.work),
]
later_routes = [
    route("websocket.connect", later.ws_connect, path=r"^/primer/later/$"),
    route("websocket.receive", later.ws_receive, path=r"^/primer/later/$"),
    route("websocket.disconnect", later.ws_disconnect, path=r"^/primer/later/$"),
    route(later.LATER, later.deliver),
]
news_routes = [
    route("websocket.connect", news.ws_connect, path=r"^/primer/news/$"),
    route("websocket.receive", news.ws_receive, path=r"^/primer/news/$"),
    route("websocket.disconnect", news.ws_disconnect, path=r"^/primer/news/$"),
]

# One list and no include: each include copies the message, and every page of the site passes here.
channel_routing = (
    echo_routes + class_routes + streams_routes + binding_routes + visitor_routes +
    ordered_routes + poll_routes + raw_routes + background_routes + later_routes + news_routes)
