# The bot alone, as an unprivileged user. It writes to /data only; the rest may be read-only.
# docs/running.md explains how to build, start, monitor and replace it.
FROM python:3.11-slim AS build
WORKDIR /source
COPY .ci/constraints.txt .ci/
COPY pyproject.toml README.md ./
COPY bot bot
COPY handlers handlers
COPY blocks blocks
RUN python -m venv /opt/bot \
 && PIP_CONSTRAINT=.ci/constraints.txt /opt/bot/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.11-slim
# Digests need time zones: the build fails without them.
RUN python -c "from zoneinfo import ZoneInfo; ZoneInfo('Asia/Tokyo')" \
 && groupadd --gid 10001 bot \
 && useradd --uid 10001 --gid bot --home-dir /data --shell /usr/sbin/nologin bot \
 && install --directory --owner bot --group bot --mode 0700 /data
COPY --from=build /opt/bot /opt/bot
ENV PATH=/opt/bot/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/tickets.sqlite3 \
    HOME=/data \
    HOST=0.0.0.0 \
    LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; p = os.environ.get('METRICS_PORT') or os.environ.get('PORT') or 3000; r.urlopen(f'http://127.0.0.1:{p}/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
