# syntax=docker/dockerfile:1
# The fake gateway as a container: nothing in it but Python, the package and what that needs.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /src
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY openapi openapi
COPY mock_server mock_server
COPY contract_tests contract_tests
COPY video_gateway_mock video_gateway_mock
# The build's own tools stay behind in this stage.
RUN python -m venv /opt/gateway-mock \
 && /opt/gateway-mock/bin/python -m pip install --no-cache-dir --constraint constraints.txt \
      --upgrade pip \
 && /opt/gateway-mock/bin/python -m pip install --no-cache-dir --constraint constraints.txt \
      --build-constraint constraints.txt '.[redis]' \
 && /opt/gateway-mock/bin/python -m pip uninstall --yes pip

FROM python:${PYTHON}-slim
RUN groupadd --gid 10001 gateway \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin gateway \
 && python -m pip uninstall --yes pip
COPY --from=build /opt/gateway-mock /opt/gateway-mock
ENV PATH=/opt/gateway-mock/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8080
# Any other machine may reach it, so it takes only the keys of a file, which has to be mounted.
ENTRYPOINT ["gateway-mock", "--host", "0.0.0.0", "--port", "8080", "--keys-file", "/run/secrets/gateway_keys"]
CMD ["--log-format", "json"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=15s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/_mock/ready', timeout=3)"]
