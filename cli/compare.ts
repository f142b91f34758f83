// `sightline compare`: what the sidecar costs in time, errors and money, measured against calling the provider directly,
// and as the record has it.
import { Agent } from 'undici';
import { createPriceBook } from '../catalog/prices.ts';
import { type LoadedConfiguration, loadConfiguration } from '../configuration/load.ts';
import { ConfigurationProblems } from '../configuration/problems.ts';
import type { OverheadAnswer } from '../contract/questions/overhead.ts';
import type { Command, Terminal } from './command.ts';
import { askRecord } from './compare/ask-record.ts';
import { measure } from './compare/call.ts';
import { type Comparison, compared } from './compare/comparison.ts';
import { type CallOptions, type CompareOptions, readOptions } from './compare/options.ts';
import { runPairs } from './compare/run-pairs.ts';
import { pairFor, type Side } from './compare/sides.ts';
import { comparisonTable, overheadTable } from './compare/table.ts';
import { createRandom } from './demo/random.ts';
import { addresses } from './start.ts';

const usage = `Usage: sightline compare [--model MODEL] [--window TIME] [options]

Makes the same call directly and through the running proxy, in turn, and tells the difference. The calls are real ones and
cost what they cost: with 20 requests, 42 calls (one of each side comes first and is not counted).

  --model MODEL        what to ask, as MODEL or PROVIDER/MODEL
  --provider NAME      whose it is, where the model does not say
  --requests N         pairs of calls (default 20, at most 1000)
  --concurrency N      pairs under way at once (default 1, at most 32)
  --prompt TEXT        what to say (default: a question with a one-word answer)
  --max-tokens N       longest answer (default 64)
  --stream             as streams, with the time to the first token
  --timeout TIME       longest call (default 60s)
  --window TIME        from the record: own share of the time, errors and further attempts of the last 15m, 24h, 7d …
  --config FILE        configuration (default: sightline.config.json, .yaml or .yml here, if there is one)
  --json               { "comparison", "record" }

Times are those of calls that went well; differences are over pairs in which both did, with the interval that holds 95 %
of what resampling the pairs gives. Exit code 0; 1 when one side had no call that went well, or when there is no record.`;

export const compare: Command = {
  summary: 'direct against proxied calls: latency, errors, cost',
  usage,
  async run(argv, terminal) {
    const options = readOptions(argv);
    try {
      const loaded = loadConfiguration({ file: options.config, env: terminal.env, cwd: terminal.cwd });
      for (const notice of loaded.notices) terminal.say(notice);
      return await report(options, loaded, terminal);
    } catch (error) {
      if (!(error instanceof ConfigurationProblems)) throw error;
      terminal.say(error.message);
      return 2;
    }
  },
};

async function report(options: CompareOptions, loaded: LoadedConfiguration, terminal: Terminal): Promise<number> {
  const comparison = options.calls && (await callBothWays(options.calls, loaded, terminal));
  const record = options.windowMs && (await recordOf(options.windowMs, loaded, terminal));
  if (options.json) terminal.print(JSON.stringify({ comparison, record }, null, 2));
  else {
    const parts = [comparison && comparisonTable(comparison)];
    if (options.windowMs && record) parts.push(overheadTable(record, inWords(options.windowMs)));
    terminal.print(parts.filter(Boolean).join('\n\n'));
  }
  const silent = comparison !== null && [comparison.direct, comparison.proxied].some(hadNoAnswer);
  return silent || (options.windowMs !== null && !record) ? 1 : 0;
}

async function callBothWays(calls: CallOptions, loaded: LoadedConfiguration, terminal: Terminal): Promise<Comparison> {
  const { configuration, providers, priceOverlay, priceBook } = loaded;
  const { proxyUrl } = addresses(configuration);
  const pair = pairFor(calls, providers, proxyUrl);
  let stopped = false;
  terminal.onStop(() => {
    stopped = true;
  });
  // Connections are kept, as apps keep them, and each side has its own.
  const agents = { direct: new Agent(), proxied: new Agent() };
  const clocks = { now: () => performance.now(), today: Date.now };
  const one = (side: Side) =>
    measure(side, { ...clocks, dialect: pair.dialect, dispatcher: agents[side.name], timeoutMs: calls.timeoutMs });
  terminal.say(`Asking ${pair.provider.name} for ${pair.model}, ${calls.pairs} times each way …`);
  for (const side of pair.sides) await one(side);
  const pairs = await runPairs({
    ...{ sides: pair.sides, pairs: calls.pairs, concurrency: calls.concurrency, measure: one },
    onPair: (done) => {
      if (done % Math.max(1, Math.round(calls.pairs / 10)) === 0) terminal.say(`  ${done} of ${calls.pairs} pairs`);
    },
    stopped: () => stopped,
  });
  await Promise.all([agents.direct.destroy(), agents.proxied.destroy()]);
  const prices = createPriceBook({ overlay: priceOverlay, book: priceBook });
  return compared(pairs, { pair, stream: calls.stream, prices, random: createRandom('compare').next });
}

async function recordOf(
  windowMs: number,
  { configuration }: LoadedConfiguration,
  terminal: Terminal,
): Promise<OverheadAnswer | null> {
  const { accessKey, basePath } = configuration.collector;
  const to = Date.now();
  const collectorUrl = configuration.recording.collectorUrl.replace(/\/+$/, '');
  try {
    return await askRecord({ collectorUrl, basePath, accessKey, from: to - windowMs, to });
  } catch (error) {
    terminal.say((error as Error).message);
    return null;
  }
}

const hadNoAnswer = ({ calls, errors }: Comparison['direct']): boolean =>
  calls === Object.values(errors).reduce((sum, times) => sum + times, 0);

function inWords(windowMs: number): string {
  const [unit = 1000, word = 's'] =
    (
      [
        [86_400_000, 'd'],
        [3_600_000, 'h'],
        [60_000, 'm'],
      ] as const
    ).find(([size]) => windowMs % size === 0) ?? [];
  return `${windowMs / unit} ${word}`;
}
