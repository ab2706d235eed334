from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from .models import Post


@receiver(post_save, sender=Post)
def saved(instance, created, **kwargs):
    instance.send_notification("create" if created else "update")


@receiver(pre_delete, sender=Post)
def deleted(instance, **kwargs):
    instance.send_notification("delete")
