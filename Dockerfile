# The desk in a container: `docker build -t xiaobian .`, then `docker run -v xiaobian:/srv/xiaobian/var --env-file .env xiaobian`.
# Settings come from the environment or from /srv/xiaobian/xiaobian.toml.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/xiaobian
COPY requirements.txt ./
RUN /opt/xiaobian/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY replies/ replies/
COPY platforms/ platforms/
COPY scheduler/ scheduler/
COPY handlers/ handlers/
COPY bot/ bot/
RUN /opt/xiaobian/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --uid 10001 --user-group --home-dir /srv/xiaobian --no-create-home --shell /usr/sbin/nologin xiaobian \
    && install -d -o xiaobian -g xiaobian /srv/xiaobian /srv/xiaobian/var
COPY --from=build /opt/xiaobian /opt/xiaobian
ENV PATH=/opt/xiaobian/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    XIAOBIAN_WEBHOOKS__HOST=0.0.0.0 \
    XIAOBIAN_WEBHOOKS__PORT=8080
USER xiaobian
WORKDIR /srv/xiaobian
VOLUME /srv/xiaobian/var
EXPOSE 8080

# The program drains for at most 10 s when it is told to stop: what Docker grants before it kills.
STOPSIGNAL SIGTERM

# Answers as soon as everything is up, and as long as the event loop turns. Published only if you publish the port.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['XIAOBIAN_WEBHOOKS__PORT']}/healthz\", timeout=4)"]

ENTRYPOINT ["xiaobian"]
CMD ["run"]
