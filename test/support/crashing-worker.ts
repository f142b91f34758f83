// The recording worker, but one that dies or hangs when an exchange asks for the model "crash" or its author says so.
import { parentPort } from 'node:worker_threads';
import '../../proxy/tap/worker.ts';

parentPort?.on('message', (message: unknown) => {
  if (message instanceof Uint8Array && Buffer.from(message).includes('"requestedModel":"crash"')) {
    setTimeout(() => {
      throw new Error('crashed as asked');
    }, 20);
  }
});
