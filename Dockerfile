# The desk for production: one image for web, worker and beat; what differs is the command.
# Built without any secret. Runs as an unprivileged user on a read-only root; it writes only to /data and /tmp.

FROM python:3.13-slim AS build

ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

COPY requirements.txt /build/
RUN pip install --require-hashes --only-binary=:all: -r /build/requirements.txt

WORKDIR /opt/desk
COPY . .
RUN python -m bureau.catalogue --compile \
    && DEBUG=false SECRET_KEY=only-while-building EMAIL_URL=dummymail:// STATIC_DIR=/opt/static python manage.py collectstatic --noinput \
    && python -m compileall -q /opt/desk


FROM python:3.13-slim

RUN groupadd --gid 10001 desk \
    && useradd --uid 10001 --gid desk --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin desk \
    && install --directory --owner=desk --group=desk --mode=0750 /data/files

COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/static /opt/static
COPY --from=build /opt/desk /opt/desk

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=false \
    STATIC_DIR=/opt/static \
    FILES_DIR=/data/files \
    PORT=8000
WORKDIR /opt/desk
USER 10001:10001
VOLUME /data/files
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "bureau.healthcheck"]

# WEB_CONCURRENCY sets the number of web processes. The shell is replaced, so signals reach gunicorn.
CMD ["sh", "-c", "exec gunicorn bureau.wsgi --bind 0.0.0.0:$PORT --threads 4 --worker-tmp-dir /dev/shm --no-control-socket --graceful-timeout 20 --max-requests 5000 --max-requests-jitter 500"]
