// The supervisor with real children: small scripts that serve, die and dawdle on command.
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type SupervisedChild, type SuperviseOptions, supervise } from '../../cli/supervise.ts';
import { folderWith } from '../configuration/folder.ts';
import { freePorts, until } from './run.ts';

/** Serves on PORT and says when it starts and stops; what else it does is told by its environment. */
const service = `
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
const { PORT, NAME, EXIT, STUBBORN, FAULT } = process.env;
process.stdout.write(NAME + ' began\\nand said a second line');
if (EXIT) process.exit(Number(EXIT));
if (FAULT && existsSync(FAULT)) process.exit(2);
const server = createServer((request, response) => {
  if (request.url === '/die') process.exit(1);
  response.end(String(process.pid));
}).listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  process.stdout.write('\\n' + NAME + ' stopping\\n');
  if (!STUBBORN) setTimeout(() => process.exit(0), 50);
});
`;

interface Made {
  children: SupervisedChild[];
  urls: string[];
  lines: string[];
  begin(more?: Partial<SuperviseOptions>): ReturnType<typeof supervise>;
}

async function make(
  wishes: ({ name: string; optional?: boolean } & { env?: Record<string, string> })[],
): Promise<Made> {
  const script = path.join(folderWith({ 'service.mjs': service }), 'service.mjs');
  const ports = await freePorts(wishes.length);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const children = wishes.map(
    ({ name, optional, env }, index): SupervisedChild => ({
      name,
      optional,
      command: [process.execPath, script],
      env: { PATH: process.env.PATH, NAME: name, PORT: String(ports[index]), ...env },
      readyUrl: `${urls[index]}/`,
    }),
  );
  const lines: string[] = [];
  return {
    children,
    urls,
    lines,
    begin(more = {}) {
      const supervisor = supervise({
        children,
        log: (line) => lines.push(line),
        graceMs: 5000,
        backoffMs: 10,
        ...more,
      });
      onTestFinished(() => supervisor.stop());
      return supervisor;
    },
  };
}

const pidAt = async (url: string): Promise<string> => (await fetch(url)).text();
const answers = (url: string) => pidAt(url).then(Boolean, () => false);

test('children are ready when all of them answer, and their lines carry their names', async () => {
  const { begin, lines } = await make([{ name: 'first' }, { name: 'second' }]);
  const supervisor = begin();
  await expect(supervisor.ready).resolves.toEqual([]);
  await supervisor.stop();
  expect(lines).toContain('[first] first began');
  expect(lines).toContain('[second] and said a second line');
});

test('a child that dies is started again', async () => {
  const { begin, lines, urls } = await make([{ name: 'first' }]);
  await begin().ready;
  const before = await pidAt(urls[0]!);
  await fetch(`${urls[0]}/die`).catch(() => {});
  await until('the child to be back', () => answers(urls[0]!));
  expect(await pidAt(urls[0]!)).not.toBe(before);
  expect(lines.join('\n')).toMatch(/the first ended with code 1; starting it again in 10 ms/);
});

test('a child that is killed is started again', async () => {
  const { begin, urls } = await make([{ name: 'first' }]);
  await begin().ready;
  const before = Number(await pidAt(urls[0]!));
  process.kill(before, 'SIGKILL');
  await until('another process', async () => (await answers(urls[0]!)) && Number(await pidAt(urls[0]!)) !== before);
});

test('a child that keeps dying is given up, and that is the end', async () => {
  const { begin } = await make([{ name: 'first', env: { EXIT: '1' } }]);
  const supervisor = begin({ restartLimit: 2 });
  await expect(supervisor.ready).rejects.toThrow('the first ended with code 1 3 times within a minute');
  expect(await supervisor.ended).toMatch(/^the first ended/);
});

test('code 2 says that starting again would change nothing', async () => {
  const { begin, lines } = await make([{ name: 'first', env: { EXIT: '2' } }]);
  await expect(begin().ready).rejects.toThrow('the first ended with code 2');
  expect(lines.filter((line) => line === '[first] first began')).toHaveLength(1);
});

test('a program that does not exist is given up with its reason', async () => {
  const { children } = await make([{ name: 'first' }]);
  const broken = [{ ...children[0]!, command: ['/nowhere/at-all'] }];
  const supervisor = supervise({ children: broken, log: () => {}, graceMs: 100 });
  await expect(supervisor.ready).rejects.toThrow(/could not be started.*ENOENT/);
  await supervisor.stop();
});

test('the rest goes on without an optional child, and readiness says that it is missing', async () => {
  const { begin, urls, lines } = await make([{ name: 'extra', optional: true, env: { EXIT: '2' } }, { name: 'main' }]);
  await expect(begin().ready).resolves.toEqual(['extra']);
  expect(await answers(urls[1]!)).toBe(true);
  expect(lines.join('\n')).toMatch(/extra ended with code 2.*everything else goes on/);
});

test('children end in reverse order, each after the one before it is gone', async () => {
  const { begin, lines, urls } = await make([{ name: 'receiver' }, { name: 'deliverer' }]);
  const supervisor = begin();
  await supervisor.ready;
  const stopping = supervisor.stop();
  await until('the deliverer to be told', () => lines.includes('[deliverer] deliverer stopping'));
  expect(lines).not.toContain('[receiver] receiver stopping');
  expect(await answers(urls[0]!)).toBe(true);
  await stopping;
  expect(lines).toContain('[receiver] receiver stopping');
  expect(await answers(urls[0]!)).toBe(false);
  expect(await supervisor.ended).toBe('stopped');
});

test('a child that will not end is killed when its time is up', async () => {
  const { begin, lines, urls } = await make([{ name: 'first', env: { STUBBORN: '1' } }]);
  const supervisor = begin({ graceMs: 100 });
  await supervisor.ready;
  await supervisor.stop();
  expect(await answers(urls[0]!)).toBe(false);
  expect(lines.at(-1)).toMatch(/did not end within 100 ms and is killed/);
});

test('stopping while a child waits for its restart leaves nothing behind', async () => {
  const { begin, lines, urls } = await make([{ name: 'first', env: { EXIT: '1' } }]);
  const supervisor = begin({ backoffMs: 60_000 });
  await until('the first death', () => lines.some((line) => line.includes('starting it again')));
  await supervisor.stop();
  await expect(supervisor.ready).rejects.toThrow('stopped before everything was ready');
  expect(await answers(urls[0]!)).toBe(false);
});
