// One exchange's look for an answer to a question that means the same. Until enough such answers have been held against
// fresh ones, nobody waits for the look and nobody is served by it: it goes on beside the call and is judged at its end.
import type { NearMatch } from '../../../contract/exchange.ts';
import type { AnswerCache } from '../../cache/answer-cache.ts';
import type { KeptAnswer } from '../../cache/kept-answer.ts';
import { mustAgree } from '../../cache/near/must-agree.ts';
import { nearQuestion } from '../../cache/near/near-question.ts';
import type { NearRoom } from '../../cache/near/near-room.ts';
import { sameAnswer } from '../../cache/near/same-answer.ts';
import { readWhole } from '../../cache/storable.ts';
import type { Reading } from '../../dialects/dialect.ts';
import type { Exchange } from '../../exchange.ts';
import type { CacheTurn } from './cache-turn.ts';

export interface NearTurnOptions {
  room: NearRoom;
  answers: AnswerCache;
  clock(): number;
  /** Less than this is another question. */
  leastSimilarity: number;
}

interface Found {
  answer: KeptAnswer;
  similarity: number;
}

export class NearTurn {
  /** Settled when the look is over. */
  readonly looked: Promise<Found | null>;
  readonly #options: NearTurnOptions;
  readonly #group: string;
  readonly #place: string;
  readonly #agrees: string;
  #vector: Float32Array | null = null;
  #found: Found | null = null;

  constructor(options: NearTurnOptions, asked: { group: string; place: string; text: string }) {
    this.#options = options;
    this.#group = asked.group;
    this.#place = asked.place;
    this.#agrees = mustAgree(asked.text);
    this.looked = options.room.vectorOf(asked.text).then((vector) => this.#look(vector));
  }

  /** What the share of wrong answers is not above, as far as is known here. */
  get wrongAtMost(): number {
    return this.#options.room.trust.atMost(this.#place);
  }

  /** Holds what was found against the fresh answer. Null where nothing was found, or there is nothing to hold it against. */
  judge(fresh: Reading | null, { route }: Exchange): NearMatch | null {
    const found = this.#found;
    if (!found || !fresh) return null;
    const { facts, body } = found.answer;
    const { wire, contentType } = facts;
    const kept = readWhole({ wire, operation: route.operation, contentType, body });
    const same = kept !== null && sameAnswer(textOf(kept), textOf(fresh));
    this.#options.room.trust.note(this.#place, same);
    return { similarity: found.similarity, from: facts.exchangeId, same };
  }

  /** From now on the answer of that name is found by questions like this one. */
  async remember(name: string): Promise<void> {
    await this.looked;
    const { index } = this.#options.room;
    if (this.#vector) index.add(this.#group, { vector: this.#vector, agrees: this.#agrees, name });
  }

  #look(vector: Float32Array | null): Found | null {
    this.#vector = vector;
    if (!vector) return null;
    const { room, answers, clock, leastSimilarity } = this.#options;
    const nearest = room.index.nearest(this.#group, vector, this.#agrees);
    if (!nearest || nearest.similarity < leastSimilarity) return null;
    const answer = answers.atHand(nearest.name);
    if (!answer || answer.facts.freshUntil <= clock()) return null;
    this.#found = { answer, similarity: nearest.similarity };
    return this.#found;
  }
}

const textOf = ({ answer }: Reading): string =>
  [answer?.text ?? '', ...(answer?.toolCalls ?? []).map((call) => `${call.name} ${call.arguments}`)].join('\n');

/** Null where the route does not ask for it, its question is more than one in words, or its prompts are not for others' eyes. */
export function openNear(
  exchange: Exchange,
  { options }: CacheTurn,
  rooms: Omit<NearTurnOptions, 'leastSimilarity'>,
): NearTurn | null {
  const { rule, asked, keys, partition, configuration } = options;
  if (rule.near === 'off' || !asked.neutral || !mayRead(exchange, rooms.room)) return null;
  const question = nearQuestion(asked.neutral);
  if (!question) return null;
  const place = JSON.stringify([exchange.attribution.tenant, exchange.routing?.route?.name ?? '']);
  const group = keys.name('near', ...partition, question.rest);
  return new NearTurn(
    { ...rooms, leastSimilarity: configuration.near.similarity },
    { group, place, text: question.text },
  );
}

/** Where a route or a client says where prompts may go, whoever makes the vectors has to be one of those who answer. */
function mayRead({ plan, routing, question }: Exchange, { reader }: NearRoom): boolean {
  if (reader.selfHosted || plan.some(({ provider }) => provider.name === reader.provider)) return true;
  const rules = routing?.route?.constraints;
  const bound =
    rules &&
    (rules.residency.length > 0 ||
      rules.selfHostedOnly ||
      rules.selfHostedFor.length > 0 ||
      rules.retention === 'none');
  return !bound && question?.wishes == null;
}
