// `npm run bench [-- overhead|streams|ingest|panels|resilience|routing|idle|cache] [--seed N] [--json]`: figures as ratios within
// one run, on stderr while they are measured; with --json one object on stdout at the end. Every run is bounded and ends by
// itself; a seed matters to those that simulate.
import { parseArgs } from 'node:util';

type Bench = (say: (line: string) => void, options: { seed?: number }) => Promise<object>;

const benches: Record<string, () => Promise<Bench>> = {
  overhead: async () => (await import('./overhead.ts')).overhead,
  streams: async () => (await import('./streams.ts')).streamBench,
  translation: async () => (await import('./translation.ts')).translation,
  ingest: async () => (await import('./ingest.ts')).ingest,
  panels: async () => (await import('./panels.ts')).panels,
  resilience: async () => (await import('./resilience.ts')).resilience,
  routing: async () => (await import('./routing.ts')).routing,
  idle: async () => (await import('./idle.ts')).idle,
  cache: async () => (await import('./cache.ts')).cacheBench,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seed: { type: 'string' } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const unknown = wanted.filter((name) => !benches[name]);
if (unknown.length > 0) {
  say(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const seed = values.seed === undefined ? undefined : Number(values.seed);
if (seed !== undefined && !Number.isSafeInteger(seed)) {
  say(`A seed is a whole number, not ${values.seed}.`);
  process.exit(2);
}
const results: Record<string, object> = {};
for (const name of wanted) {
  say(`\n${name}`);
  const bench = await (benches[name] as () => Promise<Bench>)();
  results[name] = await bench(say, { seed });
  for (const [figure, value] of Object.entries(results[name] as object))
    if (typeof value !== 'object') say(`  ${figure.padEnd(24)} ${value}`);
}
if (values.json)
  process.stdout.write(`${JSON.stringify(wanted.length === 1 ? results[wanted[0] as string] : results)}\n`);
