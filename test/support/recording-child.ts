// A process that records without end, for tests that kill it. Says on stdout what it began and what it was promised:
// `open <id>` before an exchange begins, `closed <id>` once its close() has resolved.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import { chatAnswer, chatRequest, exchangeEnd, exchangeStart, recordingConfiguration } from './recorded-exchange.ts';

const [directory = '', collectorUrl = '', durability = 'group'] = process.argv.slice(2);
const recorder = await createRecorder({
  directory,
  recording: recordingConfiguration({
    ...{ collectorUrl, sealAfterMs: 40, sealAfterRecords: 50 },
    durability: durability === 'strict' ? 'strict' : 'group',
  }),
  onProblem: () => {},
  reserveBytes: 0,
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string) => writeSync(1, `${text}\n`);

async function exchange(): Promise<void> {
  const id = randomUUID();
  say(`open ${id}`);
  const tap = recorder.open(exchangeStart({ id }));
  tap.requestBytes(chatRequest(`question ${id}`));
  await pause(Math.random() * 60);
  tap.responseHead(200, [['content-type', 'application/json']]);
  tap.responseBytes(chatAnswer(`answer ${id}`), 5);
  // Lines that are no exchanges lie between them, and no counter may take them for one.
  recorder.event({ id, startedAt: Date.now(), action: 'secret.use', subject: 'secret_abcdefghijkl' });
  await tap.close(exchangeEnd());
  say(`closed ${id}`);
}

async function caller(): Promise<never> {
  for (;;) await exchange();
}

// Recording keeps no process alive; a proxy has its server for that.
setInterval(() => {}, 60_000);
say(`boot ${recorder.boot}`);
await Promise.all(Array.from({ length: 12 }, caller));
