// The five commands of README, from no keys to a team with a daily budget that stops, as they stand there.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../cli/run.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { createHousehold, type Household } from '../support/services.ts';
import { chatAnswer } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let household: Household;
let folder: string;
let stop: () => Promise<unknown>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-first-budget-'));
  upstream = await startFaultyUpstream();
  upstream.respond(answer({ pieces: [chatAnswer] }));
  household = await createHousehold(path.join(folder, 'data'), {
    providers: { openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'sk-of-the-house' } },
  });
  const collector = await household.start('collector');
  const proxy = await household.start('proxy');
  stop = async () => {
    await proxy.end('SIGTERM');
    await collector.end('SIGTERM');
  };
});
afterAll(async () => {
  await stop();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The indented block, one command an entry; lines that end in a backslash are joined. */
function commands(): string[] {
  const section = readFileSync(path.join(root, 'README.md'), 'utf8').split('### Keys and budgets')[1] ?? '';
  const block = /(?:^ {4}.*\n)+/m.exec(section)?.[0] ?? '';
  return block.replaceAll('\\\n', ' ').trim().split(/\n\s*/);
}

const run = promisify(execFile);

/** In a shell, with this household's addresses and the source tree in place of the package. */
async function inShell(command: string, key = ''): Promise<string> {
  const here = command
    .replace('npx sightline', `"${process.execPath}" "${path.join(root, 'cli/main.ts')}"`)
    .replace('http://127.0.0.1:4141', household.proxyUrl);
  const { stdout } = await run('bash', ['-c', here], { cwd: folder, env: { ...process.env, SL_KEY: key } });
  return stdout;
}

const configured = (command: string): string =>
  command.replace(/(npx sightline \w+ \w+)/, `$1 --collector ${household.collectorUrl}`);

it('lead from no keys to a team with a budget, and the budget stops', async () => {
  const [start, createKey, setBudget, call, list, ...more] = commands() as [string, string, string, string, string];
  expect(more).toEqual([]);
  expect(start).toContain('npm start');
  const key = /sl_[\w-]{49}/.exec(await inShell(configured(createKey)))?.[0] ?? '';
  expect(key).not.toBe('');
  await inShell(configured(setBudget));

  const answerWith = async (wanted: RegExp): Promise<string> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const said = await inShell(call, key);
      if (wanted.test(said)) return said;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return inShell(call, key);
  };
  expect(await answerWith(/Hello/)).toContain('Hello');
  expect(upstream.requests.at(-1)?.header('authorization')).toBe('Bearer sk-of-the-house');
  expect(await inShell(configured(list))).toMatch(/support-day/);

  await inShell(configured(setBudget.replace('--usd 50', '--usd 0.00001')));
  const refused = await answerWith(/SIGHTLINE_BUDGET_EXCEEDED/);
  expect(refused).toContain('support-day');
  expect(JSON.parse(refused).error.code).toBe('SIGHTLINE_BUDGET_EXCEEDED');
}, 120_000);
