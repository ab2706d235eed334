"""
The site's bindings: OPEN_ACCESS decides who may write.
"""
from channels_lts.binding import websockets

from ..permissions import may_write_by_socket


class WebsocketBinding(websockets.WebsocketBinding):
    model = None  # abstract

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)
