from channels.routing import include, route

channel_routing = [
    route("http.request", "channels_lts.security.handler.view_consumer"),
    include("routing.channel_routing"),
]
