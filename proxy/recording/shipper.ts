// Delivers sealed segments, oldest first, two at a time, and deletes a file only after the collector said it has its own
// copy. The name is the idempotency key, so whatever happens on the way is answered by sending the same bytes again.
import { readFile, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { Agent, request } from 'undici';
import { SegmentReceipt } from '../../contract/segment.ts';
import { errorCode, messageOf, type RecordingDirectory, sizeOf } from './directory.ts';

export interface ShipperOptions {
  directory: RecordingDirectory;
  collectorUrl: string;
  /** Empty: none is asked. */
  ingestKey: string;
  boot: string;
  /** A file left the folder: taken by the collector, or put aside because it refused it. */
  onGone(segment: { name: string; bytes: number; refused: boolean }): void;
  onProblem(message: string): void;
  /** First and longest pause before a further try. */
  pauseMs?: { first: number; longest: number };
  /** Longest silence of the collector within one try. */
  answerTimeoutMs?: number;
  random?: () => number;
  now?: () => number;
}

const inFlightLimit = 2;
const problemEveryMs = 60_000;
/** The segment itself is at fault: sending it again would change nothing. */
const refusals = new Set([400, 413, 422]);
const compress = promisify(zstdCompress);
/** Level 1: a fifth less CPU than the usual 3 beside the application's calls, for segments a fifteenth larger. */
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

type Verdict = { verdict: 'taken' } | { verdict: 'refused' | 'again'; reason: string };

export class Shipper {
  delivered = 0;
  refused = 0;
  /** Epoch milliseconds; null before the first. */
  lastSuccessAt: number | null = null;
  readonly #options: ShipperOptions;
  readonly #agent: Agent;
  readonly #waiting: string[] = [];
  readonly #inFlight = new Set<string>();
  readonly #wakers = new Set<() => void>();
  readonly #idle = new Set<() => void>();
  #stopped = false;
  #toldAt = 0;

  constructor(options: ShipperOptions) {
    this.#options = options;
    const silence = options.answerTimeoutMs ?? 30_000;
    this.#agent = new Agent({
      connections: inFlightLimit,
      connect: { timeout: Math.min(silence, 10_000) },
      headersTimeout: silence,
      bodyTimeout: silence,
    });
  }

  /** Queues sealed segments by name; those known already are passed over. */
  add(names: string[]): void {
    const known = new Set([...this.#waiting, ...this.#inFlight]);
    this.#waiting.push(...names.filter((name) => !known.has(name)));
    this.#waiting.sort();
    this.#pump();
  }

  /** Tries again at once instead of at the end of a pause. */
  hurry(): void {
    for (const wake of this.#wakers) wake();
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    if (this.#waiting.length + this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  /** Gives up what is under way; the files stay. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.hurry();
    await this.#agent.destroy();
  }

  #pump(): void {
    while (!this.#stopped && this.#inFlight.size < inFlightLimit && this.#waiting.length > 0) {
      const name = this.#waiting.shift()!;
      this.#inFlight.add(name);
      void this.#deliver(name).finally(() => {
        this.#inFlight.delete(name);
        this.#pump();
        if (this.#waiting.length + this.#inFlight.size === 0) this.#tellIdle();
      });
    }
  }

  #tellIdle(): void {
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  /** Ends only when the segment is gone or delivery is stopped. Never rejects. */
  async #deliver(name: string): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        const outcome = await this.#send(name);
        if (outcome.verdict !== 'again') return await this.#settle(name, outcome);
        this.#tell(`Segment ${name} was not taken: ${outcome.reason} It waits on disk and is sent again.`);
      } catch (error) {
        if (this.#stopped || errorCode(error) === 'ENOENT') return;
        const where = this.#options.collectorUrl;
        this.#tell(
          `The collector at ${where} cannot be reached (${reasonOf(error)}). Segments wait on disk and are sent again; check that it runs and that recording.collectorUrl points to it.`,
        );
      }
      await this.#pause(attempt);
    }
  }

  async #send(name: string): Promise<Verdict> {
    const { directory, collectorUrl, ingestKey, boot } = this.#options;
    const body = await compress(await readFile(directory.sealedPath(name)), fast);
    const answer = await request(`${collectorUrl.replace(/\/+$/, '')}/v1/segments/${name}`, {
      method: 'PUT',
      dispatcher: this.#agent,
      headers: {
        'content-type': 'application/x-ndjson',
        'content-encoding': 'zstd',
        'x-sightline-boot': boot,
        ...(ingestKey ? { authorization: `Bearer ${ingestKey}` } : {}),
      },
      body,
    });
    return judge(name, answer.statusCode, await answer.body.text());
  }

  async #settle(name: string, outcome: Verdict): Promise<void> {
    const { directory, onGone, onProblem } = this.#options;
    const from = directory.sealedPath(name);
    const bytes = sizeOf(from);
    if (outcome.verdict === 'taken') {
      await rm(from, { force: true });
      this.delivered += 1;
      this.lastSuccessAt = (this.#options.now ?? Date.now)();
      this.#toldAt = 0;
    } else {
      const to = directory.refusedPath(name);
      await rename(from, to);
      this.refused += 1;
      const reason = 'reason' in outcome ? outcome.reason : '';
      onProblem(
        `The collector refused segment ${name}: ${reason} It was kept as ${to}; move it back to send it again.`,
      );
    }
    onGone({ name, bytes, refused: outcome.verdict === 'refused' });
  }

  /** Full jitter: a crowd of proxies does not come back at the same moment. */
  #pause(attempt: number): Promise<void> {
    const { first, longest } = this.#options.pauseMs ?? { first: 250, longest: 15_000 };
    const random = this.#options.random ?? Math.random;
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, random() * Math.min(longest, first * 2 ** Math.min(attempt, 20)));
      this.#wakers.add(wake);
    });
  }

  /** At once, then at most once a minute until a segment gets through. */
  #tell(message: string): void {
    const now = (this.#options.now ?? Date.now)();
    if (now - this.#toldAt < problemEveryMs) return;
    this.#toldAt = now;
    this.#options.onProblem(message);
  }
}

function judge(name: string, status: number, text: string): Verdict {
  const said = text.slice(0, 300).replaceAll(/\s+/g, ' ');
  if (refusals.has(status)) return { verdict: 'refused', reason: `it answered ${status} (${said}).` };
  if (status === 401 || status === 403) {
    return {
      verdict: 'again',
      reason: `the collector answered ${status}; recording.ingestKey does not fit collector.ingestKey.`,
    };
  }
  if (status !== 200) return { verdict: 'again', reason: `the collector answered ${status} (${said}).` };
  // A 200 from whatever else listens there must not cost us the file.
  if (receiptOf(text)?.segment === name) return { verdict: 'taken' };
  return {
    verdict: 'again',
    reason: `the answer was 200 without a receipt for it; is that really a collector? (${said})`,
  };
}

function receiptOf(text: string): SegmentReceipt | null {
  try {
    return SegmentReceipt.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const reasonOf = (error: unknown): string => [errorCode(error), messageOf(error)].filter(Boolean).join(': ');
