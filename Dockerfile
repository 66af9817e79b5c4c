# The playground as a container: no more than Python and what requirements.txt asks for, run by nobody in particular,
# able to write below /data and /tmp only. `compose.yaml` starts it read-only, with a proxy before it.
#
#   docker build -t autoencoder-playground .
#   docker run --rm --read-only --tmpfs /tmp --memory 4g -p 127.0.0.1:8501:8501 autoencoder-playground
#
# Memory: a training may take 2.5 GB (AEMODELS_LIMITS) in a process of its own, beside the server with TensorFlow and
# the models that it keeps loaded. 4 GB are meant for both; with less, lower that limit.

FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.txt requirements.lock ./
# The lock names the tools of development too; as a constraint it gives the exact versions of what is asked for.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt -c requirements.lock

FROM python:3.12-slim
# 1000 is also the number under which Hugging Face runs a container.
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin playground \
    && install --directory --owner playground /data /data/models
WORKDIR /app
COPY --from=build /venv /venv
COPY app.py LICENSE ./
COPY .streamlit .streamlit
COPY aemodels aemodels
COPY pages pages
# What Python would write beside its sources at the first start, where nothing can be written then.
RUN /venv/bin/python -m compileall -q aemodels pages

ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KERAS_HOME=/data/keras \
    AEMODELS_HOME=/data \
    AEMODELS_STORE=readonly \
    AEMODELS_WORKER=process \
    AEMODELS_LOG=json \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true
USER 1000
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501"]
