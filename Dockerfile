# Any from 3.7 to 3.13: docker build --build-arg PYTHON_VERSION=3.7 .
ARG PYTHON_VERSION=3.13

# Packages are installed in a first stage, so that the image that runs has no compiler.
FROM python:${PYTHON_VERSION}-slim-bookworm AS packages

COPY requirements /build/requirements
COPY script/packages.py script/msgpack.h /build/script/
# What is built from source: script/packages.py has the list, and fails where msgpack's extension doesn't compile.
RUN set -eu; \
    compiler="gcc g++ libc6-dev"; \
    if [ "$(dpkg --print-architecture)" != amd64 ]; then \
        compiler="$compiler libpq-dev"; \
    fi; \
    apt-get update; \
    apt-get install -y --no-install-recommends $compiler; \
    rm -rf /var/lib/apt/lists/*; \
    python -m venv /packages; \
    /packages/bin/python /build/script/packages.py


FROM python:${PYTHON_VERSION}-slim-bookworm AS site

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


# nginx with the site's static files: docker build --target nginx .
FROM nginx:1.30-alpine AS nginx
COPY deploy/nginx /etc/nginx/workshop
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/nginx/plain.conf /etc/nginx/server.conf
COPY deploy/nginx/upstream-compose.conf /etc/nginx/workshop/upstream.conf
COPY --from=site /app/staticfiles /srv/workshop/staticfiles
USER nginx
EXPOSE 8080
CMD ["nginx", "-p", "/tmp", "-g", "daemon off;"]


FROM site
