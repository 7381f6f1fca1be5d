# One AutoClone server. `docker build --target examples .` adds the data that the examples need.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/autoclone/bin:$PATH

FROM base AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/autoclone
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN pip install --no-deps --no-build-isolation .

FROM build AS build-examples
COPY requirements-examples.lock ./
RUN pip install --no-deps --no-build-isolation --require-hashes -r requirements-examples.lock

FROM base AS runtime
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/autoclone --create-home autoclone
ENV AUTOCLONE_HOST=0.0.0.0 \
    AUTOCLONE_STORE=sqlite:////var/lib/autoclone/autoclone.db \
    AUTOCLONE_DATA_DIR=/var/lib/autoclone
WORKDIR /var/lib/autoclone
USER autoclone
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('AUTOCLONE_PORT', '8000') + '/livez', timeout=2)"]
CMD ["autoclone", "serve"]

FROM runtime AS examples
COPY --from=build-examples /opt/autoclone /opt/autoclone

FROM runtime AS server
COPY --from=build /opt/autoclone /opt/autoclone
