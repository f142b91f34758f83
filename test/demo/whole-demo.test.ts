// The whole demo, as `npm run demo -- --for 4s --json` runs it: real proxy, real collector, real store, simulated world.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from '../../cli/demo/ports.ts';
import { type DemoTerminal, demo } from '../../cli/demo.ts';
import { ExchangesAnswer } from '../../contract/questions/exchanges.ts';
import { StatusAnswer } from '../../contract/questions/status.ts';

/** A terminal that keeps what is written, and calls back when the demo says that it is ready. */
function recordingTerminal(onWrite: (everything: string) => void) {
  const written = { out: '', err: '' };
  const terminal: DemoTerminal = {
    stdout: { write: (text) => (written.out += text) },
    stderr: {
      write: (text) => {
        written.err += text;
        onWrite(written.err);
      },
    },
    env: { ...process.env },
    execPath: process.execPath,
    platform: process.platform,
    on: () => {},
    off: () => {},
  };
  return { terminal, written };
}

test('it fills the dashboard, prints one JSON object and every call that it sent is accounted for', async () => {
  const port = String(await freePort());
  const collectorPort = String(await freePort());
  const url = `http://127.0.0.1:${collectorPort}`;
  let looked: Promise<{ status: StatusAnswer; exchanges: ExchangesAnswer }> | undefined;
  const { terminal, written } = recordingTerminal((everything) => {
    if (everything.includes('Waiting for running calls')) looked ??= look(url);
  });

  const code = await demo(
    ['--for', '4s', '--json', '--rate', '15', '--port', port, '--collector-port', collectorPort],
    terminal,
  );

  expect(code, written.err).toBe(0);
  expect(written.out.trim().split('\n')).toHaveLength(1);
  const result = JSON.parse(written.out);
  expect(Object.keys(result)).toEqual(['sent', 'recorded', 'partial', 'gap', 'costUsd', 'p95Ms', 'dashboard']);
  expect(result.sent).toBeGreaterThan(10);
  expect(result.recorded + result.partial + result.gap).toBe(result.sent);
  expect(result.gap).toBe(0);
  expect(result.costUsd).toBeGreaterThan(0);
  expect(result.p95Ms).toBeGreaterThan(0);
  expect(result.dashboard).toBe(url);

  const { status, exchanges } = await looked!;
  expect(status.simulated).toBe(true);
  expect(status.proxyUrl).toBe(`http://127.0.0.1:${port}`);
  expect(exchanges.rows.length).toBeGreaterThan(0);
  for (const row of exchanges.rows) {
    expect(row.app && row.team && row.task && row.session && row.user, JSON.stringify(row)).toBeTruthy();
    expect(row.requestPreview).not.toMatch(/@(mail\.)?example|(\d{4} ){3}\d{4}/);
  }
  const folder = /Recording into (\S+)/.exec(written.err)?.[1] ?? '';
  expect(written.err).toContain(`Removed ${folder}`);
  expect(existsSync(folder)).toBe(false);
}, 120_000);

async function look(url: string) {
  const ask = async (path: string) => (await fetch(`${url}/api/${path}`)).json();
  for (;;) {
    const exchanges = ExchangesAnswer.parse(await ask('exchanges?limit=50'));
    if (exchanges.rows.length > 0) return { exchanges, status: StatusAnswer.parse(await ask('status')) };
  }
}
