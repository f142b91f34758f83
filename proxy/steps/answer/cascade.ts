// The cheap step of a cascade: its answer is heard to the end before the client hears any of it, and where it is not good
// enough, the next target is asked instead.
import type { EscalationRules } from '../../../contract/route-behaviour.ts';
import { type CheapAnswer, compileEscalation, type EscalationCheck } from '../../../routing/escalate.ts';
import { dialects } from '../../dialects/index.ts';
import { assembledReader } from '../../dialects/neutral/assembled-reader.ts';
import type { Exchange } from '../../exchange.ts';
import { eventSplitterFor } from '../../observe/event-splitter.ts';
import type { ExchangeTap } from '../../tap/recorder.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { type AttemptPlan, type Failed, oneAttempt } from './one-attempt.ts';

const compiled = new WeakMap<EscalationRules, EscalationCheck>();

export async function cascadeStep(exchange: Exchange, plan: AttemptPlan, rooms: AnswerRooms): Promise<Failed | null> {
  const rules = exchange.routing?.route?.cascade?.escalateWhen;
  if (!rules) return oneAttempt(exchange, plan, rooms);
  const check = compiled.get(rules) ?? compileEscalation(rules);
  compiled.set(rules, check);
  const heard = new HeardAnswer(exchange, plan);
  let why: string | null = null;
  const failed = await oneAttempt(
    exchange,
    {
      ...plan,
      tap: heard.tap,
      permission(when) {
        if (when === 'content') return 'wait';
        why = check(heard.answer());
        return why === null ? 'go' : 'never';
      },
    },
    rooms,
  );
  return failed && why !== null ? { ...failed, unanswered: { ...failed.unanswered, why } } : failed;
}

/** Listens where the record listens, in the provider's own format. */
class HeardAnswer {
  readonly tap: ExchangeTap;
  readonly #exchange: Exchange;
  readonly #plan: AttemptPlan;
  #contentType = '';
  #bytes: Buffer[] = [];

  constructor(exchange: Exchange, plan: AttemptPlan) {
    this.#exchange = exchange;
    this.#plan = plan;
    const { tap } = plan;
    this.tap = {
      requestBytes: (bytes) => tap?.requestBytes(bytes),
      responseHead: (status, headers, served) => {
        this.#contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
        tap?.responseHead(status, headers, served);
      },
      responseBytes: (bytes, atMs) => {
        this.#bytes.push(Buffer.from(bytes));
        tap?.responseBytes(bytes, atMs);
      },
      close: (end) => tap?.close(end) ?? Promise.resolve(),
    };
  }

  answer(): CheapAnswer {
    const { provider } = dialects[this.#plan.target.wire];
    const nothing = { text: '', finish: null, confidence: null, fitsSchema: null };
    if (!provider) return nothing;
    const reader = assembledReader(provider.eventReader());
    const all = Buffer.concat(this.#bytes);
    const splitter = eventSplitterFor(this.#contentType);
    if (splitter) for (const event of [...splitter.push(all), ...splitter.end()]) reader.event(event);
    else reader.whole(parse(all.toString()));
    const { answer, finish } = reader.reading();
    const text = answer?.text ?? '';
    return {
      text,
      finish: finish?.unified ?? null,
      confidence: confidenceIn(text),
      fitsSchema: this.#fitsSchema(text),
    };
  }

  /** Whether it is JSON at all; what the schema asks beyond that is the app's to judge. */
  #fitsSchema(text: string): boolean | null {
    const { question } = this.#exchange;
    return question?.needs.schema ? parse(text) !== undefined : null;
  }
}

/** Where the prompt asked for one: `"confidence": 0.8` in an answer that is JSON. */
function confidenceIn(text: string): number | null {
  const found = /"confidence"\s*:\s*(0(?:\.\d+)?|1(?:\.0+)?)\b/.exec(text);
  return found ? Number(found[1]) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
