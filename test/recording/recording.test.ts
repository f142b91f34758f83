import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRecording, type Recording, type RecordingOptions } from '../../proxy/recording/recording.ts';
import { type CollectorStub, type Fault, startCollectorStub } from '../support/collector-stub.ts';
import { exchangeLine } from '../support/exchange-line.ts';
import { recordingConfiguration, temporaryFolder, until } from '../support/recorded-exchange.ts';
import { audit } from '../support/segment-books.ts';

let folder: ReturnType<typeof temporaryFolder>;
let collector: CollectorStub;
let recordings: Recording[];
let problems: string[];
let bootNumber = 0;

beforeEach(async () => {
  folder = temporaryFolder();
  collector = await startCollectorStub();
  recordings = [];
  problems = [];
});
afterEach(async () => {
  for (const recording of recordings) await recording.stop(0);
  await collector.close();
  folder.remove();
});

interface Given extends Partial<RecordingOptions> {
  settings?: Parameters<typeof recordingConfiguration>[0];
}

async function open({ settings = {}, ...given }: Given = {}): Promise<Recording & { boot: string }> {
  bootNumber += 1;
  const boot = given.boot ?? `testboot${String(bootNumber).padStart(4, '0')}`;
  const recording = await openRecording({
    ...{ directory: folder.path, boot, pid: process.pid, reserveBytes: 0 },
    configuration: recordingConfiguration({ collectorUrl: collector.url, ...settings }),
    onProblem: (message) => problems.push(message),
    shipping: { pauseMs: { first: 5, longest: 20 }, answerTimeoutMs: 300 },
    ...given,
  });
  recordings.push(recording);
  return Object.assign(recording, { boot });
}

const partialOf = (boot: string, number: number) => exchangeLine({ boot, number, outcome: 'partial' });
function record(recording: Recording & { boot: string }, number: number, padding = 0): void {
  const { boot } = recording;
  recording.started(number, () => partialOf(boot, number));
  const line = exchangeLine({ boot, number, outcome: 'success', requestBody: 'x'.repeat(padding) });
  recording.ended({ number, line, startedAt: 1_700_000_000_000 + number, partial: false });
}
const sealedFiles = () => fs.readdirSync(path.join(folder.path, 'segments')).filter((file) => file.endsWith('.ndjson'));

describe('delivery', () => {
  test.each<Fault>(['error', 'busy', 'hang', 'reset', 'lost', 'unauthorized', 'not a receipt'])(
    'survives a collector that answers with "%s", and the segment is counted once',
    async (fault) => {
      let answers = 0;
      collector.fault = () => (++answers <= 2 ? fault : 'none');
      const recording = await open();
      record(recording, 1);
      await recording.flushed();
      await recording.stop(10_000);
      expect(audit(collector).get(recording.boot)?.counters).toMatchObject({ started: 1, complete: 1 });
      expect(answers).toBe(3);
      expect(sealedFiles()).toEqual([]);
    },
  );

  test('waits on disk while the collector is away and then goes out in order, bytes unchanged', async () => {
    const port = Number(new URL(collector.url).port);
    await collector.close();
    const recording = await open({ settings: { sealAfterMs: 1, sealAfterRecords: 1 } });
    for (let number = 1; number <= 6; number += 1) {
      record(recording, number);
      await recording.flushed();
    }
    await until(() => sealedFiles().length === 6);
    const before = new Map(
      sealedFiles().map((file) => [
        file.slice(0, -7),
        fs.readFileSync(path.join(folder.path, 'segments', file), 'utf8'),
      ]),
    );
    expect(problems[0]).toMatch(/The collector at .* cannot be reached .*ECONNREFUSED.*recording\.collectorUrl/s);
    collector = await startCollectorStub(port);
    await recording.stop(10_000);
    for (const [name, text] of before) expect(collector.segments.get(name)).toBe(text);
    expect(audit(collector).get(recording.boot)?.counters.complete).toBe(6);
  });

  test('sends zstd, the boot, and the ingest key', async () => {
    const recording = await open({ settings: { ingestKey: 'shared-secret' } });
    record(recording, 1);
    await recording.stop(10_000);
    expect(collector.deliveries[0]?.headers).toMatchObject({
      ...{ 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd', authorization: 'Bearer shared-secret' },
      'x-sightline-boot': recording.boot,
    });
  });

  test('puts a refused segment aside, says where, and goes on with the next', async () => {
    collector.fault = (name) => (name.endsWith('-00000000') ? 'refuse' : 'none');
    const recording = await open({ settings: { sealAfterRecords: 1 } });
    record(recording, 1);
    await recording.flushed();
    record(recording, 2);
    await recording.flushed();
    await until(() => recording.status().refused === 1 && recording.status().delivered >= 1);
    expect(fs.readdirSync(path.join(folder.path, 'refused'))).toEqual([`${recording.boot}-00000000.ndjson`]);
    expect(problems.join()).toContain('refused segment');
  });

  test('has at most two segments on their way', async () => {
    let running = 0;
    let most = 0;
    collector.fault = () => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running -= 1;
      }, 5);
      return 'none';
    };
    const recording = await open({ settings: { sealAfterRecords: 1 } });
    for (let number = 1; number <= 10; number += 1) {
      record(recording, number);
      await recording.flushed();
    }
    await recording.stop(10_000);
    expect(collector.segments.size).toBeGreaterThanOrEqual(10);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('a segment', () => {
  test('is sealed at its limit of records, of bytes, and by time', async () => {
    const recording = await open({ settings: { sealAfterRecords: 3, sealAfterBytes: 40_000, sealAfterMs: 200 } });
    for (let number = 1; number <= 7; number += 1) record(recording, number);
    await recording.flushed();
    record(recording, 8, 30_000);
    record(recording, 9, 30_000);
    await recording.flushed();
    await until(() => audit(collector).get(recording.boot)?.exchanges.length === 9);
    const sizes = [...collector.segments.values()].map((text) => text.split('\n').length - 2);
    expect(Math.max(...sizes)).toBe(3);
    expect(sizes.length).toBeGreaterThanOrEqual(4);
  });

  test('tells the counters even when nothing has ended yet', async () => {
    const recording = await open();
    recording.started(1, () => partialOf(recording.boot, 1));
    await until(() => audit(collector).get(recording.boot)?.counters.open === 1);
  });
});

describe('the allowance', () => {
  test.each(['open', 'closed'] as const)(
    'used up counts every further exchange as a gap (%s), and says when it is over',
    async (whenFull) => {
      collector.fault = () => 'error';
      const recording = await open({ settings: { allowanceBytes: 20_000, whenFull } });
      let number = 0;
      while (recording.status().blocked === null) {
        record(recording, ++number, 1000);
        await recording.flushed();
      }
      expect(recording.status().blocked).toBe('allowance');
      for (let lost = 0; lost < 5; lost += 1) record(recording, ++number);
      await recording.flushed();
      expect(recording.counters()).toMatchObject({ started: number, gap: 5, open: 0 });
      collector.fault = () => 'none';
      await until(() => recording.status().blocked === null);
      record(recording, ++number);
      await recording.stop(10_000);
      const books = audit(collector).get(recording.boot);
      expect(books?.counters).toMatchObject({ started: number, complete: number - 5, gap: 5, open: 0 });
      expect(collector.records().filter(({ kind }) => kind === 'gap')).toMatchObject([
        { count: 5, reason: 'allowance' },
      ]);
      expect(problems.join()).toContain('Recording is held up (allowance)');
    },
  );
});

describe('a disk without room', () => {
  test('kept from filling by its reserve, loses nothing that was written', async () => {
    let free = 1_000_000;
    const recording = await open({ reserveBytes: 500_000, freeBytes: async () => free });
    record(recording, 1);
    await recording.flushed();
    free = 100_000;
    await until(() => recording.status().blocked === 'disk_full');
    record(recording, 2);
    await recording.flushed();
    free = 2_000_000;
    await until(() => recording.status().blocked === null);
    record(recording, 3);
    await recording.stop(10_000);
    expect(audit(collector).get(recording.boot)?.counters).toMatchObject({ started: 3, complete: 2, gap: 1 });
  });

  test('of one mebibyte fills up, is delivered from, and goes on: every exchange recorded or counted', {
    timeout: 60_000,
  }, async (context) => {
    const tiny = mountTiny();
    if (!tiny) return context.skip();
    try {
      collector.fault = () => 'error';
      const recording = await open({ directory: tiny });
      for (let number = 1; number <= 60; number += 1) {
        record(recording, number, 30_000);
        if (number % 5 === 0) await recording.flushed();
      }
      await recording.flushed();
      expect(recording.counters().gap).toBeGreaterThan(0);
      expect(recording.counters().complete).toBeGreaterThan(5);
      collector.fault = () => 'none';
      await until(() => recording.status().blocked === null && recording.status().delivered > 0);
      record(recording, 61);
      await recording.stop(10_000);
      const books = audit(collector).get(recording.boot);
      expect(books?.counters).toMatchObject({ started: 61, open: 0, partial: 0 });
      expect(books?.exchanges.some(({ number }) => number === 61)).toBe(true);
      expect(problems.join()).toMatch(/ENOSPC/);
    } finally {
      execFileSync('umount', ['--lazy', tiny]);
      fs.rmSync(tiny, { recursive: true, force: true });
    }
  });
});

describe('a disk that fails now and then', () => {
  test('never breaks the law started = complete + partial + gap + open', { timeout: 120_000 }, async () => {
    let runs = 0;
    const property = fc.asyncProperty(
      fc.array(fc.constantFrom('start', 'end', 'both', 'wait'), { minLength: 5, maxLength: 60 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      async (steps, dice) => {
        runs += 1;
        collector.segments.clear();
        collector.deliveries.length = 0;
        let broken = true;
        const files = brokenFiles(() => broken && (dice.next().value ?? 1) < 0.2);
        const recording = await open({ files, settings: { sealAfterMs: 20, sealAfterRecords: 4 } });
        let number = 0;
        const running: number[] = [];
        for (const step of steps) {
          if (step === 'both') record(recording, ++number);
          else if (step === 'start') {
            const started = ++number;
            recording.started(started, () => partialOf(recording.boot, started));
            running.push(number);
          } else if (step === 'end' && running.length > 0) {
            const ended = running.shift() ?? 0;
            const line = exchangeLine({ boot: recording.boot, number: ended, outcome: 'success' });
            recording.ended({ number: ended, line, startedAt: 1, partial: false });
          } else await recording.flushed();
          const { started, complete, partial, gap, open: still } = recording.counters();
          expect(started).toBe(complete + partial + gap + still);
        }
        broken = false;
        await recording.stop(10_000);
        const { counters } = audit(collector).get(recording.boot) ?? { counters: { started: 0 } };
        expect(counters).toMatchObject({ started: number, ...(number > 0 ? { open: 0 } : {}) });
        expect(recording.counters().started).toBe(number);
      },
    );
    await fc.assert(property, { numRuns: 25 });
    process.stdout.write(`failing disk: ${runs} histories\n`);
  });
});

/** node:fs whose writes and renames fail when `fails` says so, half of them after a short write. */
function brokenFiles(fails: () => boolean): RecordingOptions['files'] {
  const failure = () => Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
  return {
    ...fs,
    writeSync: ((fd: number, bytes: Buffer, offset: number, length: number, position: number) => {
      if (!fails()) return fs.writeSync(fd, bytes, offset, length, position);
      fs.writeSync(fd, bytes, offset, Math.floor(length / 2), position);
      throw failure();
    }) as typeof fs.writeSync,
    renameSync: (from, to) => {
      if (fails()) throw failure();
      fs.renameSync(from, to);
    },
  };
}

/** A tmpfs of one mebibyte, or null where this user may not mount one. */
function mountTiny(): string | null {
  const at = fs.mkdtempSync('/tmp/sightline-tiny-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    return at;
  } catch {
    process.stdout.write('LEFT OUT: the one-mebibyte disk, since this user may not mount one\n');
    return null;
  }
}
