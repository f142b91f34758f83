import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SegmentRecord } from '../../contract/segment.ts';
import { BootWatch, describeProcess, staleAfterMs, takeLock } from '../../proxy/recording/boot-lock.ts';
import { type Files, RecordingDirectory } from '../../proxy/recording/directory.ts';
import { Leftovers } from '../../proxy/recording/leftovers.ts';
import { OpenJournal, readJournal } from '../../proxy/recording/open-journal.ts';
import { recoverBoot } from '../../proxy/recording/recovery.ts';
import { parseSegment } from '../support/collector-stub.ts';
import { exchangeLine } from '../support/exchange-line.ts';
import { temporaryFolder, until } from '../support/recorded-exchange.ts';

const boot = 'deadboot01';
const now = 1_700_000_100_000;
const linux = fs.existsSync('/proc/self/stat');
let folder: ReturnType<typeof temporaryFolder>;
let directory: RecordingDirectory;

beforeEach(() => {
  folder = temporaryFolder();
  directory = new RecordingDirectory(folder.path);
  directory.create();
});
afterEach(() => folder.remove());

const complete = (number: number) => exchangeLine({ boot, number, outcome: 'success' });
const partial = (number: number) => exchangeLine({ boot, number, outcome: 'partial' });
const opened = (number: number) => `{"open":${number},"record":${partial(number)}}`;
const write = (file: string, ...lines: string[]) => fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
const counters = (completed: number, open: number) => ({
  started: completed + open,
  complete: completed,
  partial: 0,
  gap: 0,
  open,
});
const sealOf = (sequence: number, records: number, completed: number, open: number) => {
  const segment = `${boot}-${String(sequence).padStart(8, '0')}`;
  const facts = { kind: 'seal', boot, segment, sequence, startedAt: now, records, recovered: false };
  return JSON.stringify({ ...facts, counters: counters(completed, open) });
};

/** Segment 0 was delivered, 1 waits, 2 was being sealed, 3 was written to; of 8 exchanges, 6 and 8 were still running. */
function leaveBehind(): void {
  write(directory.sealedPath(`${boot}-00000001`), complete(3), sealOf(1, 1, 3, 1));
  write(directory.openPath(`${boot}-00000002`), complete(4), sealOf(2, 1, 4, 1));
  write(directory.openPath(`${boot}-00000003`), complete(5), complete(7));
  const seals = [0, 1].map((sequence) => JSON.stringify({ seal: sequence, counters: counters(2 + sequence, 1) }));
  write(
    directory.journalPath(boot),
    seals[0]!,
    opened(4),
    seals[1]!,
    opened(5),
    opened(6),
    '{"end":4}',
    opened(7),
    opened(8),
    '{"end":5}',
  );
}

function records(): SegmentRecord[] {
  return directory.list(boot).flatMap(({ name, state }) => {
    expect(state).toBe('sealed');
    return parseSegment(fs.readFileSync(directory.sealedPath(name), 'utf8'));
  });
}

const outcomes = () =>
  records()
    .flatMap((record) => (record.kind === 'exchange' ? [[record.number, record.outcome] as const] : []))
    .sort(([a], [b]) => a - b);
const recover = (files?: Files) => recoverBoot({ directory, boot, now, files, onProblem: () => {} });
const whole = [
  [3, 'success'],
  [4, 'success'],
  [5, 'success'],
  [6, 'partial'],
  [7, 'success'],
  [8, 'partial'],
];

describe('recovery', () => {
  test('makes partial what was running, leaves alone what had ended, and closes the books', async () => {
    leaveBehind();
    const { counters: last, nextSequence } = await recover();
    expect(outcomes()).toEqual(whole);
    expect(last).toEqual({ started: 8, complete: 6, partial: 2, gap: 0, open: 0 });
    expect(nextSequence).toBe(4);
    expect(records().at(-1)).toMatchObject({ kind: 'seal', sequence: 3, recovered: true, records: 4, counters: last });
    expect(fs.existsSync(directory.journalPath(boot))).toBe(false);
  });

  test('leaves sealed segments as they are, byte for byte', async () => {
    leaveBehind();
    const before = fs.readFileSync(directory.sealedPath(`${boot}-00000001`));
    const sealed = fs.readFileSync(directory.openPath(`${boot}-00000002`));
    await recover();
    expect(fs.readFileSync(directory.sealedPath(`${boot}-00000001`))).toEqual(before);
    expect(fs.readFileSync(directory.sealedPath(`${boot}-00000002`))).toEqual(sealed);
  });

  test('cuts a torn tail at any byte; what was torn is partial, nothing is doubled', async () => {
    leaveBehind();
    const tail = fs.readFileSync(directory.openPath(`${boot}-00000003`));
    const journal = fs.readFileSync(directory.journalPath(boot));
    const sealed = fs.readFileSync(directory.openPath(`${boot}-00000002`));
    for (let length = 0; length <= tail.length; length += 97) {
      fs.rmSync(directory.segments, { recursive: true });
      directory.create();
      fs.writeFileSync(directory.openPath(`${boot}-00000002`), sealed);
      fs.writeFileSync(directory.openPath(`${boot}-00000003`), tail.subarray(0, length));
      fs.writeFileSync(directory.journalPath(boot), journal);
      const { counters: last } = await recover();
      const numbers = outcomes().map(([number]) => number);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers).toEqual(expect.arrayContaining([4, 6, 7, 8]));
      expect(last.started).toBe(last.complete + last.partial + last.gap);
      expect(last.complete + last.partial).toBe(numbers.length + 3);
    }
  });

  test('killed before any of its steps and begun again comes to the same end', async () => {
    let steps = 0;
    for (let killAt = 1; ; killAt += 1) {
      fs.rmSync(folder.path, { recursive: true });
      directory.create();
      leaveBehind();
      const finished = await recover(killedAt(killAt)).then(
        () => true,
        () => false,
      );
      if (finished) break;
      steps = killAt;
      await recover();
      expect(outcomes()).toEqual(whole);
      expect(records().at(-1)).toMatchObject({
        recovered: true,
        counters: { started: 8, complete: 6, partial: 2, open: 0 },
      });
    }
    process.stdout.write(`recovery killed at each of ${steps} steps\n`);
    expect(steps).toBeGreaterThan(8);
  });

  test('without a tail begins one for what the journal alone knows', async () => {
    write(directory.journalPath(boot), JSON.stringify({ seal: 4, counters: counters(9, 1) }), opened(10));
    await recover();
    expect(outcomes()).toEqual([[10, 'partial']]);
    expect(records().at(-1)).toMatchObject({ sequence: 5, counters: { started: 10, complete: 9, partial: 1 } });
    await recover();
    expect(outcomes()).toEqual([[10, 'partial']]);
  });

  test('tells losses that were counted but not yet told', async () => {
    write(directory.openPath(`${boot}-00000000`), complete(1));
    const gap = { total: 4, startedAt: 5, until: 9, reason: 'disk_full' };
    write(directory.journalPath(boot), JSON.stringify({ gap }));
    await recover();
    expect(records()).toMatchObject([
      { number: 1 },
      { kind: 'gap', count: 4, startedAt: 5, until: 9, reason: 'disk_full' },
      { kind: 'seal', records: 2, counters: { started: 5, complete: 1, gap: 4 } },
    ]);
  });

  test('of a boot that left nothing to tell leaves nothing behind', async () => {
    write(directory.openPath(`${boot}-00000000`));
    await recover();
    expect(directory.boots()).toEqual([]);
  });
});

describe('whose leftovers they are', () => {
  const clockOf = (at: { now: number }) => () => at.now;
  const heir = 'heirboot01';
  const sweep = (at = { now: 0 }, of = heir) =>
    new Leftovers({ directory, boot: of, now: () => now, clock: clockOf(at), onProblem: () => {} }).sweep();

  test('a living process keeps its own', async () => {
    leaveBehind();
    takeLock(directory, boot, describeProcess(process.pid));
    expect(await sweep()).toEqual([]);
    expect(fs.existsSync(directory.openPath(`${boot}-00000003`))).toBe(true);
  });

  test.skipIf(!linux)('a reused pid does not pass for the process that is gone', async () => {
    leaveBehind();
    takeLock(directory, boot, { ...describeProcess(process.pid), startTime: '1' });
    expect(await sweep()).toHaveLength(3);
    expect(fs.existsSync(directory.lockPath(boot))).toBe(false);
  });

  test.skipIf(!linux)('a killed process that nobody has waited for is dead', async () => {
    // The shell becomes `sleep`, which never waits for the child it was left with; the child ends only then.
    const script = '(until grep -q sleep /proc/$$/comm; do :; done) & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    const holder = { ...describeProcess(process.pid), pid };
    const stat = () => fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    await until(() => stat().includes(') Z '));
    takeLock(directory, boot, { ...holder, startTime: stat().split(') ')[1]?.split(' ')[19] ?? '' });
    expect(new BootWatch(directory, () => 0).isAlive(boot)).toBe(false);
    parent.kill();
  });

  test('a process that cannot be looked up from here lives as long as its lock beats', () => {
    takeLock(directory, boot, { ...describeProcess(process.pid), namespace: 'another container' });
    const at = { now: 0 };
    const watch = new BootWatch(directory, clockOf(at));
    expect(watch.isAlive(boot)).toBe(true);
    at.now = staleAfterMs + 1;
    expect(watch.isAlive(boot)).toBe(false);
    fs.utimesSync(directory.lockPath(boot), 1, 1);
    expect(watch.isAlive(boot)).toBe(true);
  });

  test('of two heirs only one inherits, and a dead heir’s claim passes on', async () => {
    leaveBehind();
    takeLock(directory, heir, describeProcess(process.pid));
    expect(await sweep()).toHaveLength(3);
    expect(await sweep({ now: 0 }, 'otherheir1')).toEqual([]);
    fs.rmSync(directory.lockPath(heir));
    expect(await sweep({ now: 0 }, 'otherheir1')).toHaveLength(3);
  });
});

describe('the journal', () => {
  const open = () => new OpenJournal(directory.journalPath(boot), fs);
  const text = () => fs.readFileSync(directory.journalPath(boot), 'utf8');

  test('reads back what is still open, the last seals and the gap', () => {
    const journal = open();
    journal.append({ started: [1, 2, 3].map((number) => ({ number, record: partial(number) })) });
    journal.append({ ended: [2], gap: { total: 1, startedAt: 1, until: 1, reason: 'allowance' } });
    journal.append({ seal: { sequence: 0, counters: counters(1, 2) } });
    const state = readJournal(`${text()}{"open":9,"rec`);
    expect([...state.open.keys()]).toEqual([1, 3]);
    expect(state.gap?.total).toBe(1);
    expect(state.seals.get(0)).toEqual(counters(1, 2));
    journal.close(true);
  });

  test('does not grow with the exchanges that ended', () => {
    const journal = open();
    let largest = 0;
    for (let number = 1; number <= 5000; number += 1) {
      journal.append({ started: [{ number, record: partial(number) }] });
      if (number > 3) journal.append({ ended: [number - 3] });
      if (number % 100 === 0) largest = Math.max(largest, fs.statSync(directory.journalPath(boot)).size);
    }
    expect(largest).toBeLessThan(1.1 * 1024 * 1024);
    expect([...readJournal(text()).open.keys()]).toEqual([4998, 4999, 5000]);
    journal.close(true);
  });
});

/** node:fs that refuses every change from the n-th on, as a process does that is no more. */
function killedAt(step: number): Files {
  let steps = 0;
  const guard = <T extends (...given: never[]) => unknown>(work: T): T =>
    ((...given: never[]) => {
      steps += 1;
      if (steps >= step) throw new Error('killed');
      return work(...given);
    }) as T;
  return {
    ...fs,
    openSync: guard(fs.openSync),
    writeSync: guard(fs.writeSync as never) as typeof fs.writeSync,
    renameSync: guard(fs.renameSync),
    rmSync: guard(fs.rmSync),
  };
}
