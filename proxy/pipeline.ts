// The life of one exchange, top to bottom.
import type { Dispatcher } from 'undici';
import type { Configuration } from '../contract/configuration.ts';
import type { CapturePolicy } from './capture-policy.ts';
import { type Exchange, elapsedMs } from './exchange.ts';
import { admit } from './steps/admit.ts';
import { askUsage } from './steps/ask-usage.ts';
import { attempt } from './steps/attempt.ts';
import { decide } from './steps/decide.ts';
import { finish } from './steps/finish.ts';
import { openRecord } from './steps/open-record.ts';
import { readBody } from './steps/read-body.ts';
import { refuse } from './steps/refuse.ts';
import { relay } from './steps/relay.ts';
import { settle } from './steps/settle.ts';
import { understand } from './steps/understand.ts';
import type { Recorder } from './tap/recorder.ts';
import type { Traffic } from './traffic.ts';
import type { Directory } from './upstream/directory.ts';

export interface Rooms {
  configuration: Configuration;
  captureOf: CapturePolicy;
  directory: Directory;
  connections: Dispatcher;
  recorder: Recorder;
  traffic: Traffic;
}

export type Pipeline = (exchange: Exchange) => Promise<void>;

export function createPipeline(rooms: Rooms): Pipeline {
  const { proxy } = rooms.configuration;
  const { captureOf } = rooms;
  const attemptRooms = { ...rooms, firstByteTimeoutMs: proxy.firstByteTimeoutMs };

  return async function pipeline(exchange) {
    noticeDeparture(exchange);
    try {
      await readBody(exchange, proxy.maxBodyBytes);
      exchange.readyAt = performance.now();
      const scan = understand(exchange);
      decide(exchange, rooms.directory);
      askUsage(exchange, scan, proxy.streamUsage);
      exchange.capture = captureOf(exchange);
      const credential = admit(exchange, rooms.recorder);
      openRecord(exchange, rooms.recorder);
      const answered = await attempt(exchange, attemptRooms, credential);
      await relay(exchange, answered, proxy.idleTimeoutMs);
    } catch (error) {
      openRecord(exchange, rooms.recorder);
      refuse(exchange, error);
    }
    await settle(exchange);
    finish(exchange);
    rooms.traffic.ended(exchange, elapsedMs(exchange));
  };
}

/** A client that goes away takes the upstream call with it. */
function noticeDeparture(exchange: Exchange): void {
  exchange.response.on('close', () => {
    if (exchange.response.writableFinished) return;
    exchange.gone = true;
    exchange.cancel?.();
  });
}
