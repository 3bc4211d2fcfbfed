# One image for web, worker and beat; the command decides which (docker-compose.yml).
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --requirement /tmp/base.txt

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static DATA_DIR=/srv/data
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin praxis && install -d -o praxis /srv/data /srv/static /srv/downloads
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/praxis
COPY manage.py ./
COPY praxis praxis
COPY accounts accounts
COPY scheduling scheduling
COPY videosprechstunde videosprechstunde
COPY notifications notifications
COPY integrations integrations
COPY templates templates
# The secrets this makes stay in a folder of the build and are thrown away with it.
RUN DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build
USER praxis
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["sh", "-c", "exec uvicorn praxis.asgi:application --host 0.0.0.0 --port 8000 --workers ${WEB_WORKERS:-2} --ws none --lifespan off --no-access-log --timeout-graceful-shutdown 10"]
