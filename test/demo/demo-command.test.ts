// The demo's command line, its questions to the collector and what it says.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readBooks, readSettledBooks } from '../../cli/demo/books.ts';
import { demoEnvironment, openFolder, writeConfiguration } from '../../cli/demo/house.ts';
import { openCommand } from '../../cli/demo/open-browser.ts';
import { DemoUsageProblem, readDemoOptions } from '../../cli/demo/options.ts';
import { findPort } from '../../cli/demo/ports.ts';
import { createProgress } from '../../cli/demo/progress.ts';
import { addsUp, resultOf, summary } from '../../cli/demo/result.ts';
import { type DemoTerminal, demo } from '../../cli/demo.ts';
import { loadConfiguration } from '../../configuration/load.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('options', () => {
  test('times are read with their unit', () => {
    const forMs = (text: string) => (readDemoOptions(['--for', text]) as { forMs: number }).forMs;
    expect(['500ms', '30s', '10m', '1.5h', '7'].map(forMs)).toEqual([500, 30_000, 600_000, 5_400_000, 7000]);
    expect(readDemoOptions([])).toMatchObject({ forMs: null, rate: 8, json: false, open: true, data: null });
  });

  test('all problems are told at once, with what was found', () => {
    const read = () => readDemoOptions(['--for', 'soon', '--rate', '0', '--port', '70000']);
    expect(read).toThrow(DemoUsageProblem);
    expect(read).toThrow(/found "soon"[\s\S]*found "0"[\s\S]*found "70000"/);
    expect(() => readDemoOptions(['--colour'])).toThrow(/--colour/);
  });

  test('a bad command line ends with 2 and the help, --help with 0', async () => {
    const bad = terminal();
    expect(await demo(['--rate', 'x'], bad)).toBe(2);
    expect(bad.err()).toMatch(/--rate: expected[\s\S]*Usage: sightline demo/);
    const help = terminal();
    expect(await demo(['--help'], help)).toBe(0);
    expect(help.out()).toContain('Usage: sightline demo');
  });
});

describe('ports', () => {
  test('the usual port when it is free, another when it is not, and a clear no when it was asked for', async () => {
    const taken = net.createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    closing.push(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const other = await findPort({ option: '--port', asked: null, usual: port });
    expect(other).not.toBe(port);
    expect(await findPort({ option: '--port', asked: null, usual: other })).toBe(other);
    expect(await findPort({ option: '--port', asked: null, usual: other }, [other])).not.toBe(other);
    await expect(findPort({ option: '--port', asked: port, usual: 1 })).rejects.toThrow(
      `--port: port ${port} is in use`,
    );
  });

  test('a taken port that was asked for ends the demo with that sentence', async () => {
    const taken = net.createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    closing.push(() => void taken.close());
    const seen = terminal();
    expect(await demo(['--port', String((taken.address() as AddressInfo).port)], seen)).toBe(1);
    expect(seen.err()).toContain('is in use');
  });
});

describe('the house', () => {
  test('its configuration is one that Sightline accepts, with all three providers simulated', async () => {
    const folder = await openFolder(null, false);
    closing.push(folder.remove);
    const baseUrls = { openai: 'http://127.0.0.1:1/v1', anthropic: 'http://127.0.0.1:2', google: 'http://127.0.0.1:3' };
    const file = await writeConfiguration({
      directory: folder.directory,
      proxyPort: 5001,
      collectorPort: 5002,
      baseUrls,
    });
    const { providers, configuration } = loadConfiguration({ file, env: {}, cwd: folder.directory });
    expect(Object.fromEntries(providers.map(({ name, baseUrl }) => [name, baseUrl]))).toEqual(baseUrls);
    expect(providers.map(({ clientKeys }) => clientKeys)).toEqual(['ignore', 'ignore', 'ignore']);
    expect(configuration.proxy.port).toBe(5001);
    expect(configuration.recording.collectorUrl).toBe('http://127.0.0.1:5002');
    expect(JSON.parse(await readFile(file, 'utf8')).data).toContain(folder.directory);
  });

  test('a temporary folder is removed, one that was asked for or kept is not', async () => {
    const temporary = await openFolder(null, false);
    const kept = await openFolder(null, true);
    await temporary.remove();
    await kept.remove();
    expect([existsSync(temporary.directory), existsSync(kept.directory)]).toEqual([false, true]);
    await (await openFolder(kept.directory, false)).remove();
    expect(existsSync(kept.directory)).toBe(true);
    await import('node:fs/promises').then(({ rm }) => rm(kept.directory, { recursive: true }));
  });

  test('a data folder that is a file is refused in words', async () => {
    await expect(openFolder(import.meta.filename, false)).rejects.toThrow(/--data: .*it is, or lies in, a file/);
  });

  test('the user’s own keys, databases and addresses do not reach the demo', () => {
    const env = {
      PATH: '/bin',
      HOME: '/h',
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'u',
      SIGHTLINE_DATA: 'd',
      CLICKHOUSE_URL: 'c',
      REDIS_URL: 'r',
      HTTPS_PROXY: 'p',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'o',
    };
    expect(demoEnvironment(env)).toEqual({ PATH: '/bin', HOME: '/h' });
  });
});

describe('the books', () => {
  const counters = { started: 12, complete: 10, partial: 1, gap: 1, open: 0 };
  const row = { boot: 'b'.repeat(12), sealedAt: 1, segments: 2, missingSegments: 0, counters, stored: 11, holds: true };
  const figures = {
    requests: 12,
    errors: 0,
    aborted: 0,
    costNanos: '1234567890',
    unpriced: 0,
    estimated: 0,
    inputTokens: 1,
    outputTokens: 1,
    p50Ms: 1,
    p95Ms: 812.4,
    p99Ms: 1,
    firstTokenP50Ms: null,
    firstTokenP95Ms: null,
  };

  async function collector(rows: () => unknown[], costNanos: string | null = figures.costNanos): Promise<string> {
    const server = http.createServer((request, response) => {
      const totals = { current: { ...figures, costNanos }, previous: figures };
      const answer = request.url?.startsWith('/api/conservation') ? { rows: rows(), holds: true } : totals;
      response.end(JSON.stringify(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('recorded is what the store holds, not what the proxy claims', async () => {
    const url = await collector(() => [{ ...row, stored: 9, holds: false }]);
    const books = await readBooks(url, { from: 0, to: 1 });
    expect(books).toMatchObject({
      started: 12,
      recorded: 8,
      partial: 1,
      gap: 1,
      settled: false,
      costUsd: 1.23456789,
      p95Ms: 812,
    });
    expect(addsUp(resultOf(12, books, url))).toBe(false);
  });

  test('it waits until every call is in the store, and adds up several boots', async () => {
    let asked = 0;
    const url = await collector(() => (++asked < 3 ? [row] : [row, { ...row, boot: 'c'.repeat(12) }]));
    const before = { ...(await readBooks(await collector(() => []), { from: 0, to: 1 })) };
    const books = await readSettledBooks(url, { sent: 24, from: 0, before, timeoutMs: 10_000, now: Date.now });
    expect(asked).toBe(3);
    expect(addsUp(resultOf(24, books, url))).toBe(true);
  });

  test('exchanges of earlier runs in the same folder are not counted again', async () => {
    const url = await collector(() => [row, { ...row, boot: 'c'.repeat(12) }]);
    const before = await readBooks(await collector(() => [row]), { from: 0, to: 1 });
    const books = await readSettledBooks(url, { sent: 12, from: 0, before, timeoutMs: 10_000, now: Date.now });
    expect(addsUp(resultOf(12, books, url))).toBe(true);
  });

  test('what nobody knows stays unknown', async () => {
    const url = await collector(() => [], null);
    const books = await readBooks(url, { from: 0, to: 1 });
    expect(books.costUsd).toBeNull();
    expect(summary(resultOf(0, books, url))).toContain('spend unknown');
  });
});

describe('what it says', () => {
  const result = { sent: 10, recorded: 8, partial: 1, gap: 0, costUsd: 0.5, p95Ms: 900, dashboard: 'http://x' };

  test('the summary explains a sum that is off, in either direction', () => {
    expect(summary(result)).toContain('1 of 10 calls are not accounted for');
    expect(summary({ ...result, recorded: 12 })).toContain('3 more recorded than the demo sent');
    expect(summary({ ...result, recorded: 9 })).toContain('10 = 9 + 1 + 0, nothing is missing');
  });

  test('progress moves in place on a terminal and comes now and then elsewhere', () => {
    const lines = (isTerminal: boolean) => {
      const written: string[] = [];
      let clock = 0;
      const progress = createProgress({
        write: (text) => written.push(text),
        terminal: isTerminal,
        now: () => clock,
        everyMs: 10_000,
      });
      for (; clock < 20_000; clock += 2000) progress.show(clock, null);
      return written;
    };
    expect(lines(true)).toHaveLength(10);
    expect(lines(true)[0]).toContain('\r');
    expect(lines(false)).toHaveLength(2);
    expect(lines(false)[0]).toBe('  sent 0 · recorded … · spend … · p95 …\n');
  });

  test('a browser is opened only where somebody would see it', () => {
    expect(openCommand('u', { platform: 'linux', env: {} })).toBeNull();
    expect(openCommand('u', { platform: 'linux', env: { DISPLAY: ':0' } })).toEqual(['xdg-open', 'u']);
    expect(openCommand('u', { platform: 'darwin', env: {} })).toEqual(['open', 'u']);
  });
});

function terminal(): DemoTerminal & { out(): string; err(): string } {
  const written = { out: '', err: '' };
  return {
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    env: {},
    execPath: process.execPath,
    platform: 'linux',
    on: () => {},
    off: () => {},
    out: () => written.out,
    err: () => written.err,
  };
}
