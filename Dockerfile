# Packages are installed in a first stage, so that the image that runs has no compiler.
FROM python:3.7-slim-bookworm AS packages

COPY requirements.txt /requirements.txt
# msgpack-python 0.5.6 has no wheel anywhere, wsaccel none for 3.7, psycopg2-binary 2.8.6 has one for amd64 only.
RUN set -eu; \
    from_source=msgpack-python,wsaccel; \
    compiler="gcc libc6-dev"; \
    if [ "$(dpkg --print-architecture)" != amd64 ]; then \
        from_source="$from_source,psycopg2-binary"; \
        compiler="$compiler libpq-dev"; \
    fi; \
    apt-get update; \
    apt-get install -y --no-install-recommends $compiler; \
    rm -rf /var/lib/apt/lists/*; \
    python -m venv /packages; \
    /packages/bin/pip install --no-cache-dir --upgrade pip==24.0; \
    /packages/bin/pip install --no-cache-dir \
        --only-binary :all: --no-binary "$from_source" -r /requirements.txt


FROM python:3.7-slim-bookworm

# What psycopg2 needs where it was built from source; amd64's wheel carries its own.
RUN set -eu; \
    if [ "$(dpkg --print-architecture)" != amd64 ]; then \
        apt-get update; \
        apt-get install -y --no-install-recommends libpq5; \
        rm -rf /var/lib/apt/lists/*; \
    fi; \
    useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin workshop

COPY --from=packages /packages /packages
# Large blocks go back to the system at once (docs/security.md)
ENV MALLOC_MMAP_THRESHOLD_=1048576
ENV PATH=/packages/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=workshop.settings

WORKDIR /app
COPY . .
# The key exists during this line only.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    DEBUG=0 ALLOWED_HOSTS=localhost python manage.py collectstatic --noinput --verbosity 0

USER 10001:10001
EXPOSE 8000
# The Procfile's web process. Workers run "python manage.py runworker" in the same image.
# By a shell, for DAPHNE_OPTIONS, which daphne then replaces: it is the one that gets the signals.
CMD exec daphne -b 0.0.0.0 -p 8000 --http-timeout 60 \
    --websocket_timeout 43200 --websocket_connect_timeout 20 --ping-interval 15 --ping-timeout 20 \
    --access-log - ${DAPHNE_OPTIONS:-} workshop.asgi:channel_layer
