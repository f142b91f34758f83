// `sightline doctor`: everything that must be right before and while Sightline runs, each with what to do about it.
import { loadConfiguration } from '../configuration/load.ts';
import { ConfigurationProblems } from '../configuration/problems.ts';
import { type Command, readArguments, type Terminal, textFlag, UsageProblem } from './command.ts';
import { type Check, fail, ok } from './doctor/check.ts';
import { checkDatabase } from './doctor/database.ts';
import { checkDisk, checkEngine, checkFolder, checkNode } from './doctor/machine.ts';
import { checkClock, reach } from './doctor/network.ts';
import { checkPort, isRunning } from './doctor/ports.ts';
import { addresses } from './start.ts';

const usage = `Usage: sightline doctor [options]

Checks Node, configuration, ports, data folder, disk, engine, database, providers and clock.

  --config FILE   configuration (default: sightline.config.json, .yaml or .yml here, if there is one)
  --offline       leave out the providers
  --json          { "status", "checks": [ { name, status, found, fix } ] }

Exit code 0 when all is well, 1 with warnings, 2 when something must be mended.`;

const flags = { config: { type: 'string' }, offline: { type: 'boolean' }, json: { type: 'boolean' } } as const;
const severity = { ok: 0, warn: 1, fail: 2 } as const;

export const doctor: Command = {
  summary: 'checks ports, disk, database, providers, clock',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    if (words.length > 0) throw new UsageProblem(`"${words[0]}" means nothing here.`);
    const checks = await examine(textFlag(values, 'config'), values.offline === true, terminal);
    const worst = Math.max(...checks.map(({ status }) => severity[status]));
    const status = (['ok', 'warn', 'fail'] as const)[worst]!;
    terminal.print(values.json ? JSON.stringify({ status, checks }, null, 2) : table(checks));
    return worst;
  },
};

async function examine(file: string | undefined, offline: boolean, terminal: Terminal): Promise<Check[]> {
  const node = checkNode(process.versions.node);
  try {
    const loaded = loadConfiguration({ file, env: terminal.env, cwd: terminal.cwd });
    for (const notice of loaded.notices) terminal.say(notice);
    const found = loaded.file ?? 'no file; defaults and environment';
    return [node, ok('configuration', found), ...(await examineHouse(loaded, offline, terminal))];
  } catch (error) {
    if (!(error instanceof ConfigurationProblems)) throw error;
    const problems = error.problems.map((one) =>
      fail('configuration', `${one.path}: ${one.found}`, one.fix || one.expected),
    );
    return [node, ...problems];
  }
}

type Loaded = ReturnType<typeof loadConfiguration>;

async function examineHouse(
  { configuration, providers }: Loaded,
  offline: boolean,
  terminal: Terminal,
): Promise<Check[]> {
  const { proxy, collector, clickhouse, data, recording } = configuration;
  const { proxyUrl, collectorUrl } = addresses(configuration);
  terminal.say('Checking …');
  // The folder first: the disk's and the database's checks stand in it.
  const folder = await checkFolder(data);
  // A collector elsewhere (its own container) is the one that records arrive at.
  const theirs = recording.collectorUrl.replace(/\/+$/, '');
  const running = (await isRunning(theirs)) ? theirs : (await isRunning(collectorUrl)) ? collectorUrl : null;
  const asked = offline ? [] : providers.filter(({ declared }) => declared !== 'catalogue');
  const [ports, disk, database, reached, collectorClock] = await Promise.all([
    Promise.all([
      checkPort({
        service: 'proxy',
        host: proxy.host,
        port: proxy.port,
        url: proxyUrl,
        variable: 'SIGHTLINE_PROXY_PORT',
      }),
      checkPort({
        service: 'collector',
        host: collector.host,
        port: collector.port,
        url: collectorUrl,
        variable: 'SIGHTLINE_COLLECTOR_PORT',
      }),
    ]),
    checkDisk(data, recording.allowanceBytes),
    folder.status === 'fail' && clickhouse.url === ''
      ? fail('database', 'not tried: there is no folder for it', 'mend the data folder first')
      : checkDatabase({
          collectorUrl: running ?? collectorUrl,
          collectorRuns: running !== null,
          root: terminal.root,
          node: terminal.node,
          env: terminal.env,
          store: { ...clickhouse, data },
        }),
    Promise.all(asked.map((provider) => reach(provider, Date.now))),
    running ? reach({ name: 'collector', baseUrl: `${running}/livez` }, Date.now) : null,
  ]);
  const engine = checkEngine(clickhouse, process);
  const clock = checkClock([...reached.map(({ aheadMs }) => aheadMs), collectorClock?.aheadMs ?? null]);
  return [...ports, folder, disk, engine, database, ...providerChecks(reached, offline), clock];
}

function providerChecks(reached: readonly { check: Check }[], offline: boolean): Check[] {
  if (reached.length > 0) return reached.map(({ check }) => check);
  return [ok('providers', offline ? 'left out' : 'none configured; the keys that clients bring are passed on')];
}

function table(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, status, found, fix }) => {
      const line = `${status.padEnd(5)}${name.padEnd(width)}  ${found}`;
      return fix ? `${line}\n${' '.repeat(5 + width)}  → ${fix}` : line;
    })
    .join('\n');
}
