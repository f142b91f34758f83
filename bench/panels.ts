// How long the dashboard waits: a store with five million exchanges over thirty days, and every question of the overview
// and the requests page asked of the collector over HTTP, warm, for a day, a week and a month.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startCollector } from './collector-subject.ts';
import { median, percentile } from './load.ts';
import type { Subject } from './subject.ts';

const records = 5_000_000;
const days = 30;
const day = 86_400_000;
const timesEach = 12;

export interface PanelFigures {
  exchanges: number;
  panelMedianMs: number;
  panelP95Ms: number;
  slowest: string;
  firstAskedMaxMs: number;
}

export async function panels(say: (line: string) => void): Promise<PanelFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  let collector: Subject | undefined;
  try {
    say(
      `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores; making ${records} exchanges over ${days} days`,
    );
    const until = Date.now();
    await fill(folder, until, say);
    collector = await startCollector(folder);
    return await askPanels(collector, until, say);
  } finally {
    await collector?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(data: string, until: number, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  const child = spawn('node', [path.join(import.meta.dirname, 'references/five-million.ts')], {
    env: { ...process.env, DATA: data, RECORDS: String(records), DAYS: String(days), UNTIL: String(until), TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) say(`  ${line}`);
  const [code] = await ended;
  if (code !== 0) throw new Error(`filling the store ended with ${code}`);
  say(`  filled in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

/** Asks every panel of a collector whose exchanges end at `until`. */
export async function askPanels(collector: Subject, until: number, say: (line: string) => void): Promise<PanelFigures> {
  const { exchanges } = (await ask(collector, '/api/status')) as { exchanges: number };
  const measured: { name: string; median: number; p95: number; first: number }[] = [];
  for (const { name, question } of await questions(collector, until)) {
    const took: number[] = [];
    for (let turn = 0; turn <= timesEach; turn++) {
      const began = performance.now();
      await ask(collector, question);
      took.push(performance.now() - began);
    }
    const [first, ...warm] = took as [number, ...number[]];
    const p95 = percentile(
      [...warm].sort((a, b) => a - b),
      95,
    );
    measured.push({ name, median: median(warm), p95, first });
    const shown = [median(warm), p95, first].map((ms) => ms.toFixed(0).padStart(5)).join('');
    say(`  ${name.padEnd(34)} median, p95, first: ${shown} ms`);
  }
  const slowest = measured.reduce((one, other) => (other.median > one.median ? other : one));
  return {
    exchanges,
    panelMedianMs: Math.round(slowest.median),
    panelP95Ms: Math.round(Math.max(...measured.map(({ p95 }) => p95))),
    slowest: slowest.name,
    firstAskedMaxMs: Math.round(Math.max(...measured.map(({ first }) => first))),
  };
}

/** As the dashboard asks them: windows end at the next minute (quarter of an hour from a week up), steps as its charts use. */
async function questions(collector: Subject, until: number): Promise<{ name: string; question: string }[]> {
  const asked: { name: string; question: string }[] = [];
  const add = (name: string, question: string): void => void asked.push({ name, question: `/api/${question}` });
  const windows = [
    { span: '24 h', length: day, step: 900, grain: 60_000 },
    { span: '7 d', length: 7 * day, step: 10_800, grain: 900_000 },
    { span: '30 d', length: 30 * day, step: 86_400, grain: 900_000 },
  ];
  for (const { span, length, step, grain } of windows) {
    const to = Math.ceil(until / grain) * grain;
    const window = `from=${to - length}&to=${to}`;
    add(`totals ${span}`, `totals?${window}`);
    add(`totals of one app ${span}`, `totals?${window}&app=app-1`);
    add(`series ${span}`, `series?${window}&step=${step}`);
    add(`series by model ${span}`, `series?${window}&step=${step}&by=model`);
    add(`series by team ${span}`, `series?${window}&step=${step}&by=team`);
    add(`top models ${span}`, `top?${window}&by=model&limit=8`);
    add(`top tasks ${span}`, `top?${window}&by=task&limit=8`);
    add(`facets ${span}`, `facets?${window}`);
    add(`exchanges ${span}`, `exchanges?${window}&limit=200`);
    add(`exchanges, failed ones ${span}`, `exchanges?${window}&limit=200&outcome=failed`);
  }
  const page = (await ask(collector, `/api/exchanges?to=${until}&limit=200`)) as {
    rows: { id: string }[];
    next: string;
  };
  add('exchanges, second page', `exchanges?to=${until}&limit=200&before=${page.next}`);
  const older = (await ask(collector, `/api/exchanges?to=${until - 20 * day}&limit=1`)) as { rows: { id: string }[] };
  add('exchange, fresh', `exchanges/${page.rows[100]?.id}`);
  add('exchange, 20 days old', `exchanges/${older.rows[0]?.id}`);
  add('conservation', 'conservation');
  add('status', 'status');
  return asked;
}

async function ask(collector: Subject, question: string): Promise<unknown> {
  const answer = await fetch(collector.url + question);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
