// Container health check without curl: exits 0 when every given address (or both services here) answers below 400.
const addresses = process.argv.slice(2);
const here = [
  `http://127.0.0.1:${process.env.SIGHTLINE_PROXY_PORT ?? 4141}/readyz`,
  `http://127.0.0.1:${process.env.SIGHTLINE_COLLECTOR_PORT ?? 4142}/readyz`,
];
const healthy = async (address) => (await fetch(address, { signal: AbortSignal.timeout(4000) })).ok;
const results = await Promise.all(
  (addresses.length ? addresses : here).map((address) => healthy(address).catch(() => false)),
);
process.exit(results.every(Boolean) ? 0 : 1);
