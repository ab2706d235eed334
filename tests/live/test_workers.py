"""
What deploys and crashes of workers do to open sockets: nothing.
"""
from .admin import payload, save_link


def test_a_killed_worker_changes_nothing(deployment, admin, live_socket):
    socket = live_socket("/updates/links/")
    deployment.workers.pop().kill()
    try:
        for name in ("one", "two", "three"):
            save_link(admin, name)
            assert payload(socket, "links", "create")["data"]["name"] == name
    finally:
        deployment.start_workers()


def test_sockets_stay_open_while_all_workers_are_restarted(deployment, admin, live_socket):
    sockets = [live_socket("/updates/links/") for _ in range(3)]
    for worker in deployment.workers:
        worker.stop()
        assert worker.child.returncode == 0
    deployment.workers = []
    assert all(socket.is_open() for socket in sockets)
    deployment.start_workers()
    save_link(admin, "after the deploy")
    for socket in sockets:
        assert payload(socket, "links", "create")["data"]["name"] == "after the deploy"
