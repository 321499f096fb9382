# syntax=docker/dockerfile:1
#
# Two images from one build:
#   docker build -t cruddur-server .                                   the server, for production
#   docker build --target one-machine -t cruddur-messages .            everything but the databases,
#                                                                      as compose.yaml runs it

FROM node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS workspace
ENV CI=true TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
WORKDIR /app
RUN npm install --global pnpm@10.34.9
# Downloads depend only on the lockfile, so a change of code does not repeat them.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc ./
COPY patches ./patches
RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm fetch
COPY . .
RUN --mount=type=cache,target=/root/.local/share/pnpm/store \
    pnpm install --offline --frozen-lockfile && pnpm build

FROM node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS one-machine
ENV HOST=0.0.0.0 PORT=3000 SERVER_PROCESSES=2 DATA_DIR=/data TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
WORKDIR /app
COPY --from=workspace --chown=node:node /app /app
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000
VOLUME /data
# The first start takes longer: it creates the table, migrates and seeds.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# `--built`, because this image has no pnpm to build with.
CMD ["node", "--import", "tsx", "packages/dev-stack/src/bin/start.ts", "--built"]

# The last stage is what a build without --target creates.
FROM node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS server
# The certificate authorities of Amazon RDS, which PGSSLMODE=verify-full needs.
ADD --chmod=444 https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem /etc/ssl/rds-global-bundle.pem
ENV NODE_ENV=production \
    NODE_EXTRA_CA_CERTS=/etc/ssl/rds-global-bundle.pem \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /app
# Only bundles: no node_modules and no sources.
COPY --from=workspace /app/apps/server/package.json apps/server/package.json
COPY --from=workspace /app/apps/server/dist apps/server/dist
COPY --from=workspace /app/apps/web/dist apps/web/dist
# The operator commands, for one-off tasks such as `node apps/cli/dist/bin/db.mjs schema-load --prod`.
COPY --from=workspace /app/apps/cli/dist apps/cli/dist
USER node
EXPOSE 3000 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "apps/server/dist/main.js"]
