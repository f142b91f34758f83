// `sightline routes try`: what a set of routes would have done with the traffic of the last days, asked of the collector that
// recorded it. Nothing is switched on by it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseFile } from '../configuration/configuration-file.ts';
import { type LoadedConfiguration, loadConfiguration } from '../configuration/load.ts';
import { ConfigurationProblems } from '../configuration/problems.ts';
import { type Command, readArguments, type Terminal, textFlag, UsageProblem } from './command.ts';
import { askRehearsal, Refused } from './routes/ask-rehearsal.ts';
import { rehearsalReport } from './routes/rehearsal-report.ts';
import { addresses } from './start.ts';

const usage = `Usage: sightline routes try FILE [options]

Takes the decisions that were recorded lately once more, under the routes of FILE, and says how many requests each route
would have matched, where they would have gone, what that would have cost, and who would have been left with nobody.
Nothing is switched on: routes are in force when they stand in the configuration and the proxy was started again.

  FILE             JSON or YAML: a list of routes, or a configuration that holds them under "routes"
  --since SPAN     how far back, such as 90m, 24h or 7d (default 7d)
  --config FILE    configuration in force, where the collector and its access key stand
  --collector URL  another collector, such as http://127.0.0.1:4142
  --json           the collector's answer as it is

Providers that FILE names must exist in the configuration of the collector. Exit code 0; 1 when the routes are wrong or the
collector does not answer.`;

const flags = {
  since: { type: 'string' },
  config: { type: 'string' },
  collector: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const routes: Command = {
  summary: 'try routes on the traffic of the last days before they are in force',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [action, file, surplus] = words;
    if (action === undefined) throw new UsageProblem('routes what?');
    if (action !== 'try') throw new UsageProblem(`"routes ${action}" does not exist.`);
    if (file === undefined) throw new UsageProblem('Which file holds the routes?');
    if (surplus !== undefined) throw new UsageProblem(`"${surplus}" means nothing here.`);
    const since = textFlag(values, 'since') ?? '7d';
    const span = milliseconds(since);
    try {
      const given = readRoutes(path.resolve(terminal.cwd, file));
      const { configuration } = loadConfiguration({
        file: textFlag(values, 'config'),
        env: terminal.env,
        cwd: terminal.cwd,
      });
      const now = Date.now();
      const answer = await askRehearsal({
        address: collectorAddress(textFlag(values, 'collector'), configuration),
        accessKey: configuration.collector.accessKey,
        request: { routes: given, from: now - span, to: now },
        onProgress: progressOn(terminal),
      });
      terminal.print(values.json === true ? JSON.stringify(answer) : rehearsalReport(answer, since));
      return 0;
    } catch (error) {
      if (!(error instanceof ConfigurationProblems || error instanceof Refused)) throw error;
      terminal.say(error.message);
      return 1;
    }
  },
};

/** Throws ConfigurationProblems where the file is neither JSON nor YAML. */
function readRoutes(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageProblem(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return parseFile(file, text);
}

function collectorAddress(given: string | undefined, configuration: LoadedConfiguration['configuration']): string {
  if (given === undefined) return addresses(configuration).dashboard;
  if (!URL.canParse(given)) throw new UsageProblem(`"${given}" is no address such as http://127.0.0.1:4142.`);
  return given.endsWith('/') ? given : `${given}/`;
}

function milliseconds(span: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(span) ?? [];
  const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  const length = Number(count) * (units[unit ?? ''] ?? 0);
  if (!(length > 0)) throw new UsageProblem(`--since takes a span such as 90m, 24h or 7d, not "${span}".`);
  return length;
}

/** A line for every fifth of the way. */
function progressOn(terminal: Terminal): (progress: { replayed: number; of: number }) => void {
  let said = 0;
  return ({ replayed, of }) => {
    const fifths = of === 0 ? 0 : Math.floor((5 * replayed) / of);
    if (fifths <= said) return;
    said = fifths;
    terminal.say(`${replayed} of ${of} recorded decisions taken again`);
  };
}
