// One exchange while it runs: what is known so far. Only steps change it; everything else is handed the parts it needs.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { KeyRecord } from '../contract/access/key.ts';
import type { Attempt } from '../contract/attempt.ts';
import type { Decision } from '../contract/decision.ts';
import type { Attribution, CacheUse, Estimate } from '../contract/exchange.ts';
import type { CaptureMode, DegradedPart, Outcome } from '../contract/words.ts';
import type { Question } from '../routing/question.ts';
import type { Routing } from '../routing/router.ts';
import { type Admission, nobodyYet } from './access/gate.ts';
import type { NeutralEmbeddingsRequest } from './dialects/neutral/embeddings.ts';
import type { NeutralRequest } from './dialects/neutral/request.ts';
import type { TopLevelScan } from './dialects/reading/top-level-fields.ts';
import type { ErrorCode } from './errors.ts';
import { newExchangeId } from './exchange-id.ts';
import type { ModelRoute } from './model-routes.ts';
import type { Standing } from './pace-limits/rule.ts';
import type { Shadow } from './shadow.ts';
import type { CacheTurn } from './steps/cache/cache-turn.ts';
import type { ExchangeTap } from './tap/recorder.ts';
import type { Target, TargetLimits } from './target.ts';
import type { ExchangeSpan } from './telemetry/spans.ts';

export interface Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ModelRoute;
  /** `?…` or empty; a Sightline key is not in it once the exchange is identified. */
  search: string;
  /** Epoch milliseconds, and the monotonic clock at the same moment. */
  readonly startedAt: number;
  readonly clock: number;
  readonly span: ExchangeSpan;

  attribution: Attribution;
  /** The Sightline key that it came with; null: none. */
  key: KeyRecord | null;
  /** Whose keys may be used for it, and what its own allows. */
  admission: Admission;
  /** What it is expected to take, before it is sent; null where nothing asked for that. */
  estimate: Estimate | null;
  /** What the cache did; null where it was not asked. */
  cache: CacheUse | null;
  /** Its answer may be given again, or is awaited by others; null: neither. */
  caching: CacheTurn | null;
  /** Budgets and limits that slowed it or made it cheaper: `name: action`. */
  policies: string[];
  /** The client has all but the very end of its answer, so that nobody is asked. */
  answered: boolean;
  /** The cheapest target that may answer is taken, whatever the strategy: a budget or a cap asks for it. */
  thrift: boolean;
  /** How it stands with the limits that it falls under. */
  standings: readonly Standing[];
  /** Called once when the exchange is over: what it held of limits falls back. */
  readonly releases: Set<() => void>;
  capture: CaptureMode;
  /** The request as it came. What leaves is made of it for each target (steps/prepare.ts). */
  body: Buffer;
  /** Where its top-level fields stand; null where there is no JSON body to look into. */
  scan: TopLevelScan | null;
  /** The request in the neutral form, read when first a target speaks another dialect than the client. */
  neutral: NeutralRequest | null;
  embeddings: NeutralEmbeddingsRequest | null;
  requestedModel: string;
  stream: boolean;
  serviceTier: string;
  /** Why it goes where it goes; null until that is decided. */
  decision: Decision | null;
  /** Whom to ask, in this order. */
  plan: (Target & { limits: TargetLimits })[];
  /** Who is being asked, or answered. */
  target: Target | null;
  provider: ResolvedProvider | null;
  /** What is away that this exchange goes on without. */
  degraded: DegradedPart[];
  /** What could not be passed on and was left out, one clause each. */
  notes: string[];
  /** The client hung up before it had the whole answer. */
  gone: boolean;
  /** Each lets go of a call that is under way upstream. */
  readonly cancels: Set<() => void>;
  /** Milliseconds after the start at which everything must be over; null: nobody set a limit. */
  deadline: number | null;
  /** What the router was asked and what it said; null before that. */
  question: Question | null;
  routing: Routing | null;
  /** A copy under way to a candidate that nobody sees. */
  shadow: Shadow | null;
  tap: ExchangeTap | null;
  attempts: Attempt[];
  /** Number of the attempt whose answer the client has; null while it has none. */
  answeredBy: number | null;
  /** The batch that it was put into; '' where there was none. */
  batchId: string;
  /** Monotonic clock when the request was complete: what passes from here until the call leaves is our own doing. */
  readyAt: number;
  /** The end of an answer of known length, held until the record is settled so that it leaves in one write. */
  lastChunk: Buffer | null;
  overheadMicros: number | null;
  firstByteMs: number | null;
  outcome: Outcome;
  errorCode: ErrorCode | '';
  errorMessage: string;
  /** The field of the request that is to blame; '' when none is. */
  errorField: string;
  httpStatus: number | null;
}

export function createExchange(
  from: Pick<Exchange, 'request' | 'response' | 'route' | 'search' | 'span' | 'attribution' | 'capture'>,
): Exchange {
  const startedAt = Date.now();
  return {
    ...from,
    id: newExchangeId(startedAt),
    startedAt,
    clock: performance.now(),
    ...{
      key: null,
      admission: nobodyYet,
      estimate: null,
      cache: null,
      caching: null,
      policies: [],
      standings: [],
      thrift: false,
      answered: false,
      releases: new Set(),
    },
    body: Buffer.alloc(0),
    scan: null,
    neutral: null,
    embeddings: null,
    requestedModel: from.route.model,
    stream: from.route.streams,
    serviceTier: '',
    decision: null,
    plan: [],
    target: null,
    provider: null,
    degraded: [],
    notes: [],
    gone: false,
    cancels: new Set(),
    deadline: null,
    question: null,
    routing: null,
    shadow: null,
    readyAt: 0,
    lastChunk: null,
    tap: null,
    attempts: [],
    answeredBy: null,
    batchId: '',
    overheadMicros: null,
    firstByteMs: null,
    outcome: 'success',
    errorCode: '',
    errorMessage: '',
    errorField: '',
    httpStatus: null,
  };
}

/** Whole milliseconds since the exchange started. */
export const elapsedMs = (exchange: Pick<Exchange, 'clock'>): number =>
  Math.max(0, Math.round(performance.now() - exchange.clock));
