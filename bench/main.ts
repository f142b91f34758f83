// `npm run bench [-- overhead|streams|ingest|panels|resilience|idle] [--json]`: figures as ratios within one run, on stderr
// while they are measured; with --json one object on stdout at the end. Every run is bounded and ends by itself.
import { parseArgs } from 'node:util';

const benches: Record<string, () => Promise<(say: (line: string) => void) => Promise<object>>> = {
  overhead: async () => (await import('./overhead.ts')).overhead,
  streams: async () => (await import('./streams.ts')).streamBench,
  translation: async () => (await import('./translation.ts')).translation,
  ingest: async () => (await import('./ingest.ts')).ingest,
  panels: async () => (await import('./panels.ts')).panels,
  resilience: async () => (await import('./resilience.ts')).resilience,
  idle: async () => (await import('./idle.ts')).idle,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const unknown = wanted.filter((name) => !benches[name]);
if (unknown.length > 0) {
  say(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const results: Record<string, object> = {};
for (const name of wanted) {
  say(`\n${name}`);
  const bench = await (benches[name] as (typeof benches)[string])();
  results[name] = await bench(say);
  for (const [figure, value] of Object.entries(results[name] as object))
    if (typeof value !== 'object') say(`  ${figure.padEnd(24)} ${value}`);
}
if (values.json)
  process.stdout.write(`${JSON.stringify(wanted.length === 1 ? results[wanted[0] as string] : results)}\n`);
