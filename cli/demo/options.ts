// The command line of `sightline demo`, read and checked; every problem is named at once.
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** How long to send, milliseconds; null: until interrupted. */
  forMs: number | null;
  json: boolean;
  /** Calls per second. */
  rate: number;
  seed: string;
  /** Asked for on the command line; null: the usual port if it is free. */
  proxyPort: number | null;
  collectorPort: number | null;
  open: boolean;
  /** Folder to record into; null: a temporary one that is removed at the end. */
  data: string | null;
  keep: boolean;
}

export const demoHelp = `Usage: sightline demo [options]

Simulated providers, simulated apps, the real Sightline: no key, no network, no cost.

  --for 30s              send for this long (ms, s, m, h), then check the books and end; default: until Ctrl-C
  --json                 at the end print one JSON object on stdout
                         (npm adds two lines of its own above it; \`npm run --silent demo -- --json\` does not)
  --rate 8               calls per second, on average
  --seed text            another seed, another run; default "sightline"
  --port 4141            port of the proxy
  --collector-port 4142  port of the collector and dashboard
  --no-open              do not open the dashboard in a browser
  --data DIR             record into this folder and keep it; default: a temporary folder, removed at the end
  --keep                 keep the temporary folder
`;

/** What is wrong with the command line, one sentence per problem. */
export class DemoUsageProblem extends Error {
  override name = 'DemoUsageProblem';
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Returns 'help' when help is asked for. Throws DemoUsageProblem. */
export function readDemoOptions(argv: readonly string[]): DemoOptions | 'help' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  const problems: string[] = [];
  const check = <Value>(read: () => Value, fallback: Value): Value => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return fallback;
    }
  };
  const options: DemoOptions = {
    forMs: check(() => (values.for === undefined ? null : duration(values.for)), null),
    json: values.json ?? false,
    rate: check(() => rateOf(values.rate ?? '8'), 8),
    seed: values.seed ?? 'sightline',
    proxyPort: check(() => portOf('--port', values.port), null),
    collectorPort: check(() => portOf('--collector-port', values['collector-port']), null),
    open: values['no-open'] !== true,
    data: values.data ?? null,
    keep: values.keep ?? false,
  };
  if (problems.length > 0) throw new DemoUsageProblem(problems.join('\n'));
  return options;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        for: { type: 'string' },
        json: { type: 'boolean' },
        rate: { type: 'string' },
        seed: { type: 'string' },
        port: { type: 'string' },
        'collector-port': { type: 'string' },
        'no-open': { type: 'boolean' },
        data: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new DemoUsageProblem((error as Error).message);
  }
}

function duration(text: string): number {
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(amount) * (units[unit] ?? Number.NaN);
  if (amount === '' || ms <= 0) throw new Error(`--for: expected a time such as 30s or 10m, found "${text}"`);
  return ms;
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate <= 200))
    throw new Error(`--rate: expected calls per second, above 0 and up to 200, found "${text}"`);
  return rate;
}

function portOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`${option}: expected a port between 1 and 65535, found "${text}"`);
  }
  return port;
}
