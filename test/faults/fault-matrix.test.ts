// The fault matrix: every fault × every pair of formats × whole or streamed × alone or with a standby, against a real faulty
// server and through the official clients. What is expected stands in expectations.ts; what came of it is printed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../support/faulty-behaviours.ts';
import { whatTheClientSees } from './clients.ts';
import { expectations, type Seen } from './expectations.ts';
import { type FaultName, faults } from './faults.ts';
import { type Cell, cells, type MatrixHouse, openMatrixHouse, pairs } from './matrix-house.ts';

/** So many at a time: enough to keep both sides busy, few enough that no limit is met by waiting in line. */
const lanes = 24;

let at: MatrixHouse;
const found = new Map<Cell, Seen | Error>();

beforeAll(async () => {
  at = await openMatrixHouse();
  const queue = [...cells];
  const lane = async (): Promise<void> => {
    for (let cell = queue.shift(); cell; cell = queue.shift())
      found.set(cell, await run(cell).catch((error: Error) => error));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}, 240_000);
afterAll(async () => {
  print();
  await at.close();
});

async function run(cell: Cell): Promise<Seen> {
  if (cell.fault === 'answers well after an error') await ask(cell);
  const { client, id } = await ask(cell);
  const { attempts, outcome, errorCode } = await at.house.record(id);
  const made = attempts.map(({ kind, status, outcome: end }) => `${kind} ${status ?? '-'} ${end}`).join(', ');
  return [client, made, `${outcome} ${errorCode}`.trim()];
}

async function ask({ pair, model, form }: Cell): Promise<{ client: string; id: string }> {
  const before = new Set(at.house.sink.records.map(({ id }) => id));
  const client = await whatTheClientSees(pair.client, { url: at.house.url, model, form });
  const { id } = await at.house.sink.waitFor((one) => one.requestedModel === model && !before.has(one.id));
  return { client, id };
}

function expected({ fault, form, pair, company }: Cell): Seen {
  const { alone, translated = alone, standby, translatedStandby = standby } = expectations[fault][form];
  const isTranslated = pair.wire !== pair.own;
  const failed = isTranslated ? translatedStandby : standby;
  if (company === 'with a standby' && failed !== null) {
    return ['Hello', `first ${failed}, failover 200 success`, 'success'];
  }
  const [client, attempt, recorded] = isTranslated ? translated : alone;
  return [pair.client === 'google' ? asGoogle(client, recorded) : client, `first ${attempt}`, recorded];
}

/** Google's client keeps no headers, calls every broken connection one, and finds a status in errors inside a stream. */
function asGoogle(client: string, recorded: string): string {
  const status = recorded.endsWith('STREAM_IDLE') ? 504 : recorded === 'failed' ? 500 : 502;
  if (client === 'no connection') return 'broken connection';
  return client.replace(', wait', '').replace(/error$/, `error ${status}`);
}

describe.each(Object.keys(faults) as FaultName[])('a provider: %s', (fault) => {
  it.each(pairs.map((pair) => ({ pair, says: `${pair.client} asks ${pair.wire}` })))('$says', ({ pair }) => {
    const mine = cells.filter((cell) => cell.fault === fault && cell.pair === pair);
    expect(mine).toHaveLength(4);
    const named = (of: (cell: Cell) => unknown) =>
      Object.fromEntries(mine.map((cell) => [`${cell.form}, ${cell.company}`, of(cell)]));
    expect(named((cell) => found.get(cell))).toEqual(named(expected));
  });
});

it('uses a connection again that carried an error, and none that broke', async () => {
  const { faulty } = at;
  const usual = faulty.requests.length;
  const text = JSON.stringify({ error: { message: 'no' } });
  faulty.respondOnce(answer({ status: 500, pieces: [text], framing: 'length' }));
  const cell = cells.find((one) => one.fault === 'a 500' && one.company === 'alone' && one.form === 'whole') as Cell;
  await ask(cell);
  await ask(cell);
  const broken = cells.find((one) => one.fault === 'resets inside a chunk' && one.company === 'alone') as Cell;
  await ask(broken);
  await ask(cell);
  const [first, second, third, fourth] = faulty.requests.slice(usual).map(({ connection }) => connection);
  expect([second, third]).toEqual([first, first]);
  expect(fourth).not.toBe(third);
});

/** One line per fault, form and company; one column per pair: what the client saw, and how it was recorded. */
function print(): void {
  const width = 30;
  const line = (head: string, columns: string[]): string =>
    [head.padEnd(50), ...columns.map((text) => text.slice(0, width - 1).padEnd(width))].join('');
  const lines = [
    line(
      '',
      pairs.map(({ client, wire }) => `${client} > ${wire}`),
    ),
  ];
  for (const fault of Object.keys(faults)) {
    for (const form of ['whole', 'stream']) {
      for (const company of ['alone', 'with a standby']) {
        const row = cells.filter((one) => one.fault === fault && one.form === form && one.company === company);
        const shown = row.map((cell) => {
          const seen = found.get(cell);
          return seen instanceof Error || !seen ? `? ${seen}` : `${seen[0]} (${seen[2].split(' ')[0]})`;
        });
        lines.push(line(`${fault}, ${form}, ${company}`, shown));
      }
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
