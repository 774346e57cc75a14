# Two images: 'cloud' is the aggregator with its console, 'edge' the agent and the tap (amd64, arm64).
#   docker build --target cloud -t printwarden-cloud .
#   podman build --target edge --platform linux/arm64 -t printwarden-edge .
# (a podman that knows no BUILDPLATFORM, such as Debian 12's, needs --build-arg BUILDPLATFORM=linux/amd64)
# BASE is any Debian 13 (or 12) with apt; BUILDER, the same for the machine that builds.
ARG BASE=docker.io/library/debian:13-slim
ARG BUILDER=${BASE}

FROM --platform=$BUILDPLATFORM ${BUILDER} AS build
ARG DENO_VERSION=2.9.5
ARG TARGETARCH
# Whoever builds behind a proxy of their own gives a BASE that trusts it.
ENV DENO_TLS_CA_STORE=system,mozilla NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates npm \
  && apt-get clean && rm -rf /var/lib/apt/lists/* \
  && npm install --global --no-fund --no-audit deno@${DENO_VERSION}
# The Deno that the image itself will run: another one than the builder's, if it is for another machine.
RUN case "${TARGETARCH:-$(dpkg --print-architecture)}" in amd64) arch=x64 ;; *) arch=arm64 ;; esac \
  && mkdir -p /out/bin && cd /tmp && npm pack --silent @deno/linux-$arch-glibc@${DENO_VERSION} \
  && tar -xzf deno-linux-*.tgz && install -m 755 package/deno /out/bin/deno
WORKDIR /src
COPY deno.json deno.lock ./
COPY edge edge
COPY cloud cloud
COPY shared shared
COPY scripts scripts
COPY LICENSE ./
RUN deno install --quiet --frozen --entrypoint scripts/bundle.ts edge/main.ts edge/tap/main.ts edge/senses/main.ts cloud/main.ts \
  && deno run -A scripts/bundle.ts --out /out/edge && deno run -A scripts/bundle.ts --cloud --out /out/cloud \
  && mkdir -p /out/data

FROM --platform=$TARGETPLATFORM ${BASE} AS runtime
COPY --from=build /out/bin/deno /usr/local/bin/deno
# Nothing is fetched at run time, and nothing asks on a terminal.
ENV DENO_DIR=/tmp/deno DENO_NO_UPDATE_CHECK=1 DENO_NO_PROMPT=1 NO_COLOR=1

FROM runtime AS cloud
# The broker's program: it runs out of this image as well, and is told of new devices through it.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates nats-server \
  && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/cloud /opt/printwarden
COPY --from=build --chown=65532:65532 /out/data /data
COPY scripts/container/health.js /opt/printwarden/health.js
USER 65532:65532
VOLUME /data
ENTRYPOINT ["deno", "run", "--no-prompt", "--cached-only", "--allow-net", "--allow-read", "--allow-write=/data,/tmp", "--allow-env", "--allow-run=nats-server", "/opt/printwarden/cloud/main.js"]
CMD ["serve", "--state", "/data"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["deno", "run", "--no-prompt", "--cached-only", "--allow-net", "--allow-read=/data", "/opt/printwarden/health.js", "/data"]

FROM runtime AS edge
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/edge /opt/printwarden
COPY scripts/container/agent scripts/container/tap /opt/printwarden/
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
# The agent. The taps stand on the host (README.md, "In containers"): the terminal of a tap that runs
# in here can be opened by nobody outside. For a host that runs in the same container, where a port
# belongs to Debian's group dialout:
#   docker run --device /dev/ttyUSB0 --group-add dialout --entrypoint /opt/printwarden/tap … \
#     --port /dev/ttyUSB0 --printer left
ENTRYPOINT ["/opt/printwarden/agent"]
CMD ["run", "--config", "/data/printwarden.toml"]
