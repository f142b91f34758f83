// The journal is rewritten while it is being brought to disk, again and again; neither may trip over the other.
import * as fs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { OpenJournal, readJournal } from '../../proxy/recording/open-journal.ts';

it('can be rewritten under a running fdatasync, and still says what is open', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-journal-'));
  const file = path.join(folder, 'open-test.ndjson');
  const journal = new OpenJournal(file, fs);
  const record = JSON.stringify({ text: 'x'.repeat(64 * 1024) });
  const syncs: Promise<void>[] = [];
  for (let number = 1; number <= 200; number++) {
    journal.append({ started: [{ number, record }] });
    syncs.push(journal.sync());
    if (number % 10 !== 0) journal.append({ ended: [number] });
    // Rewriting happens within append, every sixteen records or so; syncs that began before are still under way then.
    if (number % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await expect(Promise.all(syncs)).resolves.toHaveLength(200);
  await journal.sync();
  const open = [...readJournal(readFileSync(file, 'utf8')).open.keys()];
  expect(open).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) * 10));
  journal.close(true);
  rmSync(folder, { recursive: true, force: true });
});
