// The life of one exchange, top to bottom.
import type { Dispatcher } from 'undici';
import type { PriceBook } from '../catalog/prices.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { DegradedPart } from '../contract/words.ts';
import type { Router } from '../routing/router.ts';
import type { BatchClock } from './batch/await-batch.ts';
import type { CapturePolicy } from './capture-policy.ts';
import { type Exchange, elapsedMs } from './exchange.ts';
import type { MeaningEndpoint } from './meaning-endpoint.ts';
import { admit } from './steps/admit.ts';
import { answer } from './steps/answer.ts';
import { decide } from './steps/decide.ts';
import { finish } from './steps/finish.ts';
import { openRecord } from './steps/open-record.ts';
import { readBody } from './steps/read-body.ts';
import { refuse } from './steps/refuse.ts';
import { settle } from './steps/settle.ts';
import { understand } from './steps/understand.ts';
import type { Recorder } from './tap/recorder.ts';
import type { TargetWatch } from './target-watch.ts';
import type { Traffic } from './traffic.ts';
import type { Keepsakes } from './translation/keepsakes.ts';
import type { Directory } from './upstream/directory.ts';
import type { GoogleTokens } from './upstream/google-token.ts';

export interface Rooms {
  configuration: Configuration;
  captureOf: CapturePolicy;
  directory: Directory;
  connections: Dispatcher;
  tokens: GoogleTokens;
  recorder: Recorder;
  traffic: Traffic;
  prices: PriceBook;
  keepsakes: Keepsakes;
  watch: TargetWatch;
  router: Router;
  meanings: MeaningEndpoint | null;
  /** What is away that calls do without. */
  degraded(): DegradedPart[];
  clock(): number;
  batchClock: BatchClock;
  random(): number;
}

export type Pipeline = (exchange: Exchange) => Promise<void>;

export function createPipeline(rooms: Rooms): Pipeline {
  const { proxy, recording } = rooms.configuration;
  const strict = recording.durability === 'strict';
  const { firstByteTimeoutMs, idleTimeoutMs, streamUsage } = proxy;
  const answerRooms = { ...rooms, firstByteTimeoutMs, idleTimeoutMs, streamUsage, policy: null };

  return async function pipeline(exchange) {
    noticeDeparture(exchange);
    exchange.degraded = rooms.degraded();
    try {
      await readBody(exchange, proxy.maxBodyBytes);
      exchange.readyAt = performance.now();
      understand(exchange);
      const deciding = decide(exchange, rooms);
      if (deciding) await deciding;
      exchange.capture = rooms.captureOf(exchange);
      admit(exchange, rooms.recorder);
      openRecord(exchange, rooms.recorder);
      await answer(exchange, { ...answerRooms, policy: exchange.routing?.route?.unsupported ?? null });
    } catch (error) {
      openRecord(exchange, rooms.recorder);
      refuse(exchange, error);
    }
    await settle(exchange, { strict });
    finish(exchange);
    rooms.traffic.ended(exchange, elapsedMs(exchange));
  };
}

/** A client that goes away takes the upstream call with it. */
function noticeDeparture(exchange: Exchange): void {
  exchange.response.on('close', () => {
    if (exchange.response.writableFinished) return;
    exchange.gone = true;
    for (const cancel of exchange.cancels) cancel();
  });
}
