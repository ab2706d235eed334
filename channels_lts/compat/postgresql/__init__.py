"""
Django's PostgreSQL backend for psycopg2 2.9 and newer: "ENGINE": "channels_lts.compat.postgresql".
"""
