from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("display", "0002_account_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastSeen",
            fields=[
                ("user", models.OneToOneField(
                    on_delete=models.deletion.CASCADE, primary_key=True,
                    related_name="last_seen", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
