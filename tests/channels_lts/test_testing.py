"""
channels_lts.test: a TestCase's own transaction never ends, and its clients don't wait for that.
"""
from django.db import transaction

from channels_lts.test import ChannelTestCase, WSClient
from links.models import Tag


class CommitTests(ChannelTestCase):
    def receive_all(self, client):
        return [frame["payload"]["action"] for frame in iter(client.receive, None)]

    def test_a_client_receives_what_happened_in_the_tests_transaction(self):
        client = WSClient()
        client.join_group("tag-updates")
        tag = Tag.objects.create(name="x")
        assert self.receive_all(client) == ["create"]
        tag.delete()
        assert self.receive_all(client) == ["delete"]

    def test_what_happened_before_it_joined_a_group_is_not_received(self):
        tag = Tag.objects.create(name="x")
        client = WSClient()
        client.join_group("tag-updates")
        tag.save()
        assert self.receive_all(client) == ["update"]

    def test_what_an_inner_transaction_rolled_back_is_not_received(self):
        client = WSClient()
        client.join_group("tag-updates")
        with transaction.atomic():
            Tag.objects.create(name="x")
            assert self.receive_all(client) == []
            transaction.set_rollback(True)
        assert self.receive_all(client) == []
