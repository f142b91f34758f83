// The worker's desk: one folder per running exchange, filled by frames, and emptied into the recording when it ends.
import type { PriceBook } from '../../catalog/prices.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { createObservation } from '../observe/create-observation.ts';
import type { Observation } from '../observe/observation.ts';
import type { Loss } from '../recording/book.ts';
import type { Recording } from '../recording/recording.ts';
import { finishRecord, withoutContent } from './finish-record.ts';
import type { Frame } from './frames.ts';
import type { RecordMasking } from './record-masking.ts';
import { recordSkeleton } from './record-skeleton.ts';
import type { ExchangeEnd, ExchangeStart, Served } from './recorder.ts';
import type { EndCounts } from './worker-messages.ts';

export interface DeskOptions {
  boot: string;
  captureBytes: number;
  recording: Recording;
  masking: RecordMasking;
  prices: PriceBook;
  onFinished(number: number, record: ExchangeRecord): void;
  onProblem(message: string): void;
}

interface Running {
  start: ExchangeStart;
  skeleton: ExchangeRecord;
  request: Buffer[];
  responseHeaders: [string, string][];
  observation: Observation | null;
  served: Served;
}

interface Head {
  headers: [string, string][];
  served?: Served;
}

interface Ended {
  end: ExchangeEnd;
  counts: EndCounts;
}

export class ExchangeDesk {
  readonly #options: DeskOptions;
  readonly #running = new Map<number, Running>();
  readonly #finishing = new Set<Promise<void>>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Never throws: what goes wrong with one exchange costs that exchange its record, and is counted. */
  take(frame: Frame): void {
    try {
      this.#take(frame);
    } catch (error) {
      this.#lose(frame.number, error);
    }
  }

  /** Resolves when every exchange that has ended is handed to the recording. */
  async settled(): Promise<void> {
    while (this.#finishing.size > 0) await Promise.all(this.#finishing);
  }

  #take({ kind, number, atMs, payload }: Frame): void {
    if (kind === 'start') this.#start(number, JSON.parse(payload.toString()) as ExchangeStart);
    if (kind === 'lost') this.#options.recording.lost(JSON.parse(payload.toString()) as Loss);
    const running = this.#running.get(number);
    if (!running) return;
    if (kind === 'request') running.request.push(Buffer.from(payload));
    else if (kind === 'head') this.#head(running, JSON.parse(payload.toString()) as Head);
    else if (kind === 'response') this.#observe(running).push(payload, atMs);
    else if (kind === 'end') {
      this.#running.delete(number);
      const finishing = this.#end(number, running, JSON.parse(payload.toString()) as Ended);
      this.#finishing.add(finishing);
      void finishing.finally(() => this.#finishing.delete(finishing));
    }
  }

  #start(number: number, start: ExchangeStart): void {
    const { boot, masking, recording } = this.#options;
    masking.begin();
    const skeleton = recordSkeleton({ start, boot, number, masking });
    const { dialect, provider, priceProvider, requestedModel: model } = start;
    const served = { dialect, provider, priceProvider, model };
    this.#running.set(number, { start, skeleton, request: [], responseHeaders: [], observation: null, served });
    recording.started(number, () => JSON.stringify(skeleton));
  }

  /** A later head stands for a later attempt, whose answer is the one that counts. */
  #head(running: Running, { headers, served }: Head): void {
    running.responseHeaders = headers;
    running.observation = null;
    if (served) running.served = served;
    this.#observe(running);
  }

  #observe(running: Running): Observation {
    const header = (wanted: string) =>
      running.responseHeaders.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
    running.observation ??= createObservation({
      dialect: running.served.dialect,
      operation: running.start.operation,
      contentType: header('content-type'),
      contentEncoding: header('content-encoding'),
      captureBytes: this.#options.captureBytes,
    });
    return running.observation;
  }

  async #end(number: number, running: Running, ended: Ended): Promise<void> {
    const { recording, onFinished } = this.#options;
    const record = await this.#record(running, ended);
    const { startedAt } = running.start;
    recording.ended({ number, line: JSON.stringify(record), startedAt, partial: false });
    onFinished(number, record);
  }

  /** Never rejects: where the answer cannot be made sense of, what the main thread measured still stands. */
  async #record(
    { start, skeleton, request, responseHeaders, observation, served }: Running,
    ended: Ended,
  ): Promise<ExchangeRecord> {
    const { captureBytes, masking, prices, onProblem } = this.#options;
    try {
      const observed = observation ? await observation.finish() : null;
      const [first, ...more] = request;
      const body = first && more.length === 0 ? first : Buffer.concat(request);
      return finishRecord({
        ...{
          start,
          skeleton,
          served,
          ...ended,
          request: body,
          responseHeaders,
          observed,
          captureBytes,
          masking,
          prices,
        },
      });
    } catch (error) {
      onProblem(`Exchange ${start.id} could not be read (${nameOf(error)}); it is recorded without content and usage.`);
      const { outcome, httpStatus, errorCode } = ended.end;
      const { requestBytes, responseBytes } = ended.counts;
      const measured = {
        outcome,
        httpStatus,
        errorCode,
        requestBytes,
        responseBytes,
        totalMs: Math.round(ended.end.totalMs),
      };
      return { ...skeleton, ...measured, ...withoutContent, redactionFailed: true };
    }
  }

  #lose(number: number, error: unknown): void {
    const running = this.#running.get(number);
    this.#options.onProblem(`An exchange could not be recorded (${nameOf(error)}); it is counted as a gap.`);
    this.#running.delete(number);
    const at = running?.start.startedAt ?? Date.now();
    this.#options.recording.lost({ count: 1, startedAt: at, until: at, reason: 'unreadable' }, running ? [number] : []);
  }
}

/** The name alone: a message may quote what somebody wrote. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
