// The recording worker: everything heavy happens here, away from the calls. This file is the thread's main: it alone
// touches the thread's port and builds the real parts.
import { pid } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { createPriceBook } from '../../catalog/prices.ts';
import { openRecording } from '../recording/recording.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { EventDesk } from './event-desk.ts';
import { ExchangeDesk } from './exchange-desk.ts';
import { summaryOf } from './finished-summary.ts';
import { readFrames } from './frames.ts';
import { createRecordMasking } from './record-masking.ts';
import { SharedStatus } from './shared-status.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-messages.ts';

const publishEveryMs = 100;
const { directory, boot, recording: configuration, ...options } = workerData as WorkerOptions;
const tell = (message: FromWorker): void => parentPort?.postMessage(message);
const onProblem = (problem: string): void => tell({ problem });
const status = new SharedStatus(options.status);
let summaries = false;

const recording = await openRecording({
  ...{ directory, boot, pid, configuration, onProblem },
  reserveBytes: options.reserveBytes,
  resume: options.startedBefore === null ? undefined : { started: options.startedBefore },
  onFenced: () => tell({ fenced: true }),
});

const masking = createRecordMasking(createRedactor({ pseudonymKey: Buffer.from(options.pseudonymKey) }));
const events = new EventDesk({ boot, recording, masking, onReceipt: (receipt) => tell({ events: receipt }) });
const desk = new ExchangeDesk({
  ...{ boot, recording, masking, onProblem },
  captureBytes: configuration.captureBytes,
  prices: createPriceBook({ overlay: options.priceOverlay, book: options.priceBook }),
  onFinished(number, record) {
    if (summaries) tell({ summary: summaryOf(record) });
    if (configuration.durability === 'strict') void recording.flushed().then(() => tellDurable(number));
  },
});

function tellDurable(number: number): void {
  status.publish(recording.status());
  tell({ durable: [number] });
}

async function stop(timeoutMs: number): Promise<void> {
  clearInterval(publishing);
  await desk.settled();
  await recording.stop(timeoutMs);
  status.publish(recording.status());
  tell({ stopped: true });
}

const publishing = setInterval(() => {
  status.publish(recording.status());
  void events.settle();
}, publishEveryMs);
parentPort?.on('message', (message: ToWorker) => {
  if (message instanceof Uint8Array) {
    for (const frame of readFrames(message)) (frame.kind === 'event' ? events : desk).take(frame);
    status.add('handledBytes', message.byteLength);
  } else if ('stop' in message) void stop(message.stop);
  else summaries = true;
});
status.publish(recording.status());
tell({ ready: true });
