from django.db import models


class Clipping(models.Model):
    reference = models.CharField(max_length=50, primary_key=True)
    title = models.CharField(max_length=50)

    def __str__(self):
        return self.title
