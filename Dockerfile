# The portal's image: the locked packages without the private servers, the demo's and the tests'; nothing runs as root.
FROM python:3.11-slim-trixie AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
RUN python -m pip install --no-cache-dir uv==0.13.9 && python -m venv /srv/venv
COPY requirements/base.txt /tmp/base.txt
RUN uv pip sync --no-cache --compile-bytecode -p /srv/venv/bin/python --require-hashes /tmp/base.txt

FROM python:3.11-slim-trixie
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=liaison.settings DEMO=0 STATE_DIR=/srv/state
# Reports are printed with Pango, in a font that has the letters of all our languages; backups are made by pg_dump, which
# is no older than the server of docker-compose.yml.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /srv/state --create-home --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 700 /srv/backups
COPY --from=packages /srv/venv /srv/venv
WORKDIR /srv/portal
COPY . .
# The folder stands before the files are collected, as the settings hash their names only where it is. The key signs nothing.
RUN mkdir static.dist \
    && SECRET_KEY=build python manage.py compile_translations \
    && SECRET_KEY=build python manage.py collectstatic --no-input --verbosity 0
USER portal
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "liaison.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "liaison.web_worker.PatientWorker", "--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "5", "--keep-alive", "15", "--no-control-socket"]
