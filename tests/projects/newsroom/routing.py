from channels import include

channel_routing = [
    include("channels_lts.admin.routing.channel_routing", path=r"^/ws/admin/"),
    include("channels_lts.presence.routing.channel_routing"),
]
