from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from channels_lts.binding.triggers.bound import load_bindings
from channels_lts.binding.triggers.installer import Installer, Unsupported
from channels_lts.binding.triggers.outbox import Outbox
from channels_lts.conf import settings


class Command(BaseCommand):
    help = ("Installs triggers on the tables of bound models, for changes made outside the ORM. "
            "See docs/bindings.md.")

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["install", "uninstall", "status"])
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS,
                            help='Alias of the database, if not "default".')
        parser.add_argument("--sql", action="store_true",
                            help="print what install or uninstall would run, and run nothing")

    def handle(self, *args, **options):
        load_bindings()
        try:
            installer = Installer(options["database"])
            getattr(self, options["action"])(installer, options)
        except (Unsupported, DatabaseError) as error:
            raise CommandError(str(error).strip())

    def install(self, installer, options):
        if not settings.BINDING_TRIGGERS:
            raise CommandError("Set CHANNELS_LTS['BINDING_TRIGGERS'] and restart every process "
                               "first: one that doesn't know of the triggers sends changes twice")
        self.run(installer, installer.install_sql(), options)

    def uninstall(self, installer, options):
        self.run(installer, installer.uninstall_sql(), options)

    def run(self, installer, statements, options):
        if options["sql"]:
            self.stdout.write("".join(["BEGIN;\n"] + list(statements) + ["COMMIT;"]))
        else:
            installer.run(statements)

    def status(self, installer, options):
        found = installer.status()
        for table, state in sorted(found.items()):
            self.stdout.write("%s: %s" % (table, state))
        if installer.has_outbox():
            outbox = Outbox(options["database"])
            self.stdout.write("waiting: %d changes, the oldest for %d s" % outbox.backlog())
            self.stdout.write("listener: %s" % ("runs" if outbox.has_listener() else "none"))
        if set(found.values()) - {"installed"}:
            raise CommandError('Not up to date: run "manage.py bindings install"')
