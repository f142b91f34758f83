// The life of one exchange, top to bottom.
import { type Exchange, elapsedMs } from './exchange.ts';
import type { Rooms } from './rooms.ts';
import { admit } from './steps/admit.ts';
import { answer } from './steps/answer.ts';
import { answerFromCache, serveStale } from './steps/answer-from-cache.ts';
import { cap } from './steps/cap.ts';
import { chooseCapture } from './steps/choose-capture.ts';
import { decide } from './steps/decide.ts';
import { finish } from './steps/finish.ts';
import { hold } from './steps/hold.ts';
import { identify } from './steps/identify.ts';
import { endSharing, keepAnswer } from './steps/keep-answer.ts';
import { openRecord } from './steps/open-record.ts';
import { paceCaller, paceTarget } from './steps/pace.ts';
import { readBody } from './steps/read-body.ts';
import { refuse } from './steps/refuse.ts';
import { settle } from './steps/settle.ts';
import { understand } from './steps/understand.ts';
import { weigh, weighForTarget } from './steps/weigh.ts';

export type Pipeline = (exchange: Exchange) => Promise<void>;

type Step = (exchange: Exchange) => void | Promise<void>;

/** In this order. Whoever waits for nothing answers at once: a promise for each would cost more than most of the steps. */
function stepsIn(rooms: Rooms): Step[] {
  const { configuration, gate, recorder, paceDesk } = rooms;
  const { firstByteTimeoutMs, idleTimeoutMs, streamUsage, maxBodyBytes } = configuration.proxy;
  const lastResort = (exchange: Exchange): Promise<boolean> => serveStale(exchange, rooms);
  const answerRooms = { ...rooms, firstByteTimeoutMs, idleTimeoutMs, streamUsage, lastResort };
  // Made once for each policy: copying that many rooms for every call is work that nobody needs.
  const roomsUnder = {
    none: { ...answerRooms, policy: null },
    reject: { ...answerRooms, policy: 'reject' as const },
    drop: { ...answerRooms, policy: 'drop' as const },
  };
  return [
    (exchange) => identify(exchange, gate),
    (exchange) => readBody(exchange, maxBodyBytes),
    (exchange) => understand(exchange),
    (exchange) => weigh(exchange, rooms),
    (exchange) => paceCaller(exchange, paceDesk),
    (exchange) => decide(exchange, rooms),
    (exchange) => weighForTarget(exchange, paceDesk),
    (exchange) => cap(exchange, rooms),
    (exchange) => paceTarget(exchange, paceDesk),
    (exchange) => chooseCapture(exchange, rooms),
    (exchange) => admit(exchange, recorder),
    (exchange) => openRecord(exchange, recorder),
    (exchange) => answerFromCache(exchange, rooms),
    (exchange) => hold(exchange, rooms),
    (exchange) => answer(exchange, roomsUnder[exchange.routing?.route?.unsupported ?? 'none']),
  ];
}

export function createPipeline(rooms: Rooms): Pipeline {
  const steps = stepsIn(rooms);
  const strict = rooms.configuration.recording.durability === 'strict';
  return async function pipeline(exchange) {
    noticeDeparture(exchange);
    exchange.degraded = rooms.degraded();
    try {
      for (const step of steps) {
        const waiting = step(exchange);
        if (waiting) await waiting;
        if (exchange.answered) break;
      }
    } catch (error) {
      openRecord(exchange, rooms.recorder);
      refuse(exchange, error);
    }
    endSharing(exchange);
    await settle(exchange, { strict });
    finish(exchange);
    keepAnswer(exchange, rooms);
    rooms.traffic.ended(exchange, elapsedMs(exchange));
  };
}

/** A client that goes away takes the upstream call with it, unless others wait for the same answer. */
function noticeDeparture(exchange: Exchange): void {
  exchange.response.on('close', () => {
    if (exchange.response.writableFinished) return;
    exchange.gone = true;
    const cancelAll = (): void => {
      for (const cancel of exchange.cancels) cancel();
    };
    const flight = exchange.caching?.flight;
    if (flight?.followed) flight.onDeserted = cancelAll;
    else cancelAll();
  });
}
