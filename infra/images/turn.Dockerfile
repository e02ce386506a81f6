# coturn, configured by the environment (turn/README.md).
# Build it from the root of the repository: docker build -f infra/images/turn.Dockerfile -t boltorezka/turn .

# Debian 12 has coturn 4.6.1, for which the configuration works around CVE-2026-27624. Another base with a newer coturn does
# as well, with Node 22.12 or later: the configuration is written for the version that is found.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS node

# Debian without npm and Node's headers; of Node the binary alone.
FROM ${DEBIAN_IMAGE} AS runtime
# Not pinned: security updates of the release are wanted with every build.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends coturn libstdc++6 tini \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 1000 node \
  && useradd --uid 1000 --gid node --home-dir /tmp --no-create-home --shell /usr/sbin/nologin node
COPY --from=node /usr/local/bin/node /usr/local/bin/node
RUN node --version
WORKDIR /app
COPY turn/package.json turn/turnserver.conf.template turn/
COPY turn/src turn/src
COPY turn/scripts turn/scripts
# By number, so that it can be seen not to be root; it is `node` from above.
USER 1000:1000
EXPOSE 3478/udp 3478/tcp 5349/tcp
# Asks for an allocation, as a client would.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --start-interval=1s --retries=3 \
  CMD ["node", "--disable-warning=ExperimentalWarning", "--experimental-strip-types", "turn/scripts/probe.ts", "--own"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--disable-warning=ExperimentalWarning", "--experimental-strip-types", "turn/scripts/run.ts"]
