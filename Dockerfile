# One image for proxy and collector: `docker compose up` starts each from it. glibc is needed by the embedded ClickHouse.
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM docker.io/library/node:24-bookworm-slim
ENV NODE_ENV=production TZ=UTC UV_THREADPOOL_SIZE=16 SIGHTLINE_DATA=/data \
    SIGHTLINE_PROXY_HOST=0.0.0.0 SIGHTLINE_COLLECTOR_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/contract ./contract
COPY --from=build /build/catalog ./catalog
COPY --from=build /build/configuration ./configuration
COPY --from=build /build/routing ./routing
COPY --from=build /build/proxy ./proxy
COPY --from=build /build/clickhouse ./clickhouse
COPY --from=build /build/collector ./collector
COPY --from=build /build/cli ./cli
COPY --from=build /build/dashboard/dist ./dashboard/dist
# Group 0 may do what the user may, for platforms that choose the user id themselves.
RUN mkdir -p /data/keys && chown 1000:0 /data /data/keys && chmod 0775 /data && chmod 0770 /data/keys
USER 1000:0
VOLUME /data
EXPOSE 4141 4142
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "cli/health.mjs"]
# Both services in one container; docker-compose.yml starts them apart.
CMD ["node", "cli/main.ts", "start"]
