from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer


class GroupConsumer(AsyncWebsocketConsumer):

    async def connect(self):
        self.group = self.scope["url_route"]["kwargs"]["group"]
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send(self.group, {"type": "group.text", "text": text_data})

    async def group_text(self, event):
        await self.send(text_data=event["text"])

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)


class SessionConsumer(GroupConsumer):

    async def connect(self):
        self.group = self.scope["url_route"]["kwargs"]["group"]
        if await database_sync_to_async(self.scope["session"].get)("visitor"):
            await super().connect()
        else:
            await self.close()
