# A demo in a container; compose.yaml runs it, and deploy/README.md tells where else it goes.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# Without rights; of this id, because Hugging Face's Spaces run what they are given under it.
RUN useradd --uid 1000 --no-create-home --home-dir /data --shell /usr/sbin/nologin pawtune \
    && install -d -o 1000 -g 1000 -m 0700 /data

WORKDIR /app
# The packages first: they change seldom, and take minutes.
COPY requirements.txt ./
RUN python -m pip install --requirement requirements.txt

COPY app.py server.py ./
COPY .streamlit ./.streamlit
COPY pages ./pages
COPY pipeline ./pipeline

# All that is written lies in /data and /tmp: the rest may be read-only.
ENV HOME=/data \
    PAWTUNE_HOME=/data/pawtune \
    KERAS_HOME=/data/keras \
    PAWTUNE_MODE=demo \
    PAWTUNE_WARM=no \
    STREAMLIT_CLIENT_SHOW_ERROR_DETAILS=none
VOLUME ["/data"]
USER 1000:1000
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# Workers outlive the server on purpose: `--init` (compose: `init: true`) reaps what they leave.
CMD ["python", "-m", "streamlit", "run", "server.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.maxUploadSize", "200", "--server.enableXsrfProtection", "true", "--server.enableCORS", "true", "--server.enableStaticServing", "false"]
