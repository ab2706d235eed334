"""
ssl.wrap_socket, which 3.12 removed.

redis/connection.py: sock = ssl.wrap_socket(sock, cert_reqs=…, keyfile=…, certfile=…, ca_certs=…)
"""
SINCE = (3, 12)


def restore():
    import ssl
    if not hasattr(ssl, "wrap_socket"):
        ssl.wrap_socket = wrap_socket


def wrap_socket(sock, keyfile=None, certfile=None, server_side=False, cert_reqs=0, ca_certs=None,
                do_handshake_on_connect=True, suppress_ragged_eofs=True, ciphers=None):
    """
    As it was: with `cert_reqs` it checks who signed the certificate, and never whose it is. There
    is no `ssl_version`: the context takes TLS 1.2 and newer.
    """
    import ssl
    side = ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = cert_reqs
    if ca_certs:
        context.load_verify_locations(ca_certs)
    if certfile:
        context.load_cert_chain(certfile, keyfile)
    if ciphers:
        context.set_ciphers(ciphers)
    return context.wrap_socket(
        sock, server_side=server_side, do_handshake_on_connect=do_handshake_on_connect,
        suppress_ragged_eofs=suppress_ragged_eofs)
