// Makes the request for one target out of the client's.
import { RequestProblem } from '../dialects/neutral/request.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Target } from '../target.ts';
import { UnsupportedRequest } from '../translation/translate-request.ts';
import { type AsItCameRooms, asItCame } from './prepare/as-it-came.ts';
import { translatedEmbeddings } from './prepare/embeddings.ts';
import type { Prepared } from './prepare/prepared.ts';
import { invoked, invokingCloud, type TranslatedRooms, translated } from './prepare/translated.ts';

export type PrepareRooms = AsItCameRooms & TranslatedRooms;

/** Throws a ProxyError that names the field where this target cannot be asked so. */
export function prepare(exchange: Exchange, target: Target, rooms: PrepareRooms): Prepared {
  const { dialect, operation } = exchange.route;
  return blaming(exchange, () => {
    if (target.wire === dialect) {
      const cloud = invokingCloud(target);
      return cloud ? invoked(exchange, target, cloud) : asItCame(exchange, target, rooms);
    }
    if (operation === 'embeddings') return translatedEmbeddings(exchange, target, rooms.policy);
    return translated(exchange, target, rooms);
  });
}

/** Has the target go on with what somebody else has said. */
export function prepareToGoOn(exchange: Exchange, target: Target, rooms: PrepareRooms & { words: string }): Prepared {
  return blaming(exchange, () => translated(exchange, target, rooms));
}

function blaming(exchange: Exchange, work: () => Prepared): Prepared {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RequestProblem || error instanceof UnsupportedRequest)) throw error;
    exchange.errorField = error.field;
    throw new ProxyError('SIGHTLINE_BAD_REQUEST', error.message);
  }
}
