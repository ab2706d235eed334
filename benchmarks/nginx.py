"""
nginx in front of a contestant's servers.
"""
import os
import shutil

from .processes import Process, free_port

CONFIG = """
daemon off; pid %(folder)s/nginx.pid; error_log stderr; worker_processes 1;
events { worker_connections 20000; }
http {
    access_log off;
    client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy;
    fastcgi_temp_path %(folder)s/fastcgi; uwsgi_temp_path %(folder)s/uwsgi;
    scgi_temp_path %(folder)s/scgi;
    map $http_upgrade $connection_header { default upgrade; "" close; }
    upstream servers { %(servers)s }
    server {
        listen 127.0.0.1:%(port)d backlog=4096;
        location / {
            proxy_pass http://servers;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_header;
            proxy_connect_timeout 2s;
            proxy_read_timeout 1h;
            proxy_next_upstream error timeout http_502 http_503;
        }
    }
}
"""


def program():
    """The path of nginx; None if it isn't installed."""
    return shutil.which("nginx", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")


class Nginx(Process):
    """What a server doesn't take goes to the next; each is tried again with every connection."""

    def __init__(self, ports, folder):
        self.port = free_port()
        path = os.path.join(folder, "nginx.conf")
        servers = " ".join("server 127.0.0.1:%d max_fails=0;" % port for port in ports)
        with open(path, "w") as config:
            config.write(CONFIG % {"folder": folder, "port": self.port, "servers": servers})
        super().__init__("nginx", [program(), "-c", path, "-e", "stderr"], folder)
