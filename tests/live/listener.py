"""
Many open sockets that read what comes and answer pings, in one thread.
"""
import selectors
import threading

import websocket


class Listener:
    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.sockets = []
        self.lost = 0
        self.is_over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def add(self, socket):
        self.sockets.append(socket)
        self.selector.register(socket.sock, selectors.EVENT_READ, socket)

    def run(self):
        while not self.is_over:
            for key, _events in self.selector.select(0.1):
                self.read(key.data)

    def read(self, socket):
        try:
            socket.recv_data_frame(control_frame=True)  # it answers pings itself
        except (OSError, websocket.WebSocketException):
            self.lost += 1
            self.selector.unregister(socket.sock)

    def stop(self):
        self.is_over = True
        self.thread.join(10)
        for socket in self.sockets:
            socket.shutdown()
