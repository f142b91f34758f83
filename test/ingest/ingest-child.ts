// A collector's ingest in a process of its own, to be killed: takes the segments of a folder in, in order, and says the
// name of each when it has confirmed it.
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { argv, stdout } from 'node:process';
import { createStore } from '../../clickhouse/create-store.ts';
import { createIngest } from '../../collector/ingest/ingest.ts';

const [, , data, sent] = argv as [string, string, string, string];
const onProblem = (message: string): void => void stdout.write(`problem ${message}\n`);
const store = await createStore({
  configuration: { url: '', cluster: '', database: 'sightline' },
  dataDirectory: data,
  retentionDays: { exchanges: 7300, bodies: 7300, rollups: 7300 },
  onProblem,
});
await store.migrate();
const ingest = await createIngest({ directory: path.join(data, 'ingest'), store, clock: Date.now, onProblem });
stdout.write('ready\n');
for (const file of (await readdir(sent)).sort()) {
  const { duplicate } = await ingest.accept(file.replace('.ndjson', ''), createReadStream(path.join(sent, file)));
  stdout.write(`${duplicate ? 'known' : 'confirmed'} ${file}\n`);
}
while (ingest.waiting() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
await ingest.stop();
await store.close();
stdout.write('done\n');
