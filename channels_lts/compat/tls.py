"""
ssl.wrap_socket, which 3.12 removed.

redis/connection.py: sock = ssl.wrap_socket(sock, cert_reqs=…, keyfile=…, certfile=…, ca_certs=…)
"""
SINCE = (3, 12)


def restore():
    import ssl
    if not hasattr(ssl, "wrap_socket"):
        ssl.wrap_socket = wrap_socket


def wrap_socket(sock, keyfile=None, certfile=None, cert_reqs=0, ca_certs=None):
    """
    As it was for a client: unless `cert_reqs` is ssl.CERT_NONE, it checks that one of `ca_certs`
    has signed the server's certificate, but never the name in it.
    """
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = cert_reqs
    if ca_certs:
        context.load_verify_locations(ca_certs)
    if certfile:
        context.load_cert_chain(certfile, keyfile)
    return context.wrap_socket(sock)
