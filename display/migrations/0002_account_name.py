from django.conf import settings
from django.db import migrations, models

from channels_lts.security import names


def name_accounts(apps, schema_editor):
    """Of accounts whose names look the same already, the oldest has it."""
    user_model = apps.get_model(*settings.AUTH_USER_MODEL.split("."))
    account_name = apps.get_model("display", "AccountName")
    using = schema_editor.connection.alias
    known = set()
    for pk, name in user_model.objects.using(using).order_by("pk").values_list("pk", "username"):
        keys = {("normalized", names.normalized(name)), ("skeleton", names.skeleton(name))}
        if not keys & known:
            known |= keys
            account_name.objects.using(using).create(user_id=pk, **dict(keys))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("display", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountName",
            fields=[
                ("id", models.AutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("normalized", models.CharField(max_length=500, unique=True)),
                ("skeleton", models.CharField(max_length=500, unique=True)),
                ("user", models.OneToOneField(
                    on_delete=models.deletion.CASCADE, related_name="account_name",
                    to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.RunPython(name_accounts, migrations.RunPython.noop),
    ]
