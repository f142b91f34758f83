// What a provider's batch endpoint has to be asked and how its answers are read, without asking anybody: one object for each
// kind of endpoint. Paths are relative to the provider's base URL, as joinPath() joins them.
import type { DialectName } from '../../contract/words.ts';
import { type JsonObject, parseObject } from '../dialects/reading/json-reading.ts';

/** One request that is to be answered some time. */
export interface BatchJob {
  /** By which its answer is found among the results. */
  customId: string;
  /** JSON, without a wish for a stream. */
  body: Buffer;
  wire: DialectName;
}

export interface BatchCall {
  method: 'GET' | 'POST';
  path: string;
  contentType: string;
  body: Buffer | null;
}

export interface BatchState {
  id: string;
  /** `ended`: there are results; `lost`: there will be none. */
  stage: 'waiting' | 'ended' | 'lost';
  /** Where the results lie, the likeliest place first. */
  results: readonly BatchCall[];
  /** In the provider's words, where it is lost. */
  why: string;
}

/** As the provider would have answered the same request at once. */
export interface WholeAnswer {
  status: number;
  requestId: string;
  body: string;
}

export interface BatchApi {
  /** What has to be there before the batch can be made; null: nothing. */
  upload(job: BatchJob): BatchCall | null;
  create(job: BatchJob, uploaded: unknown): BatchCall;
  state(json: unknown): BatchState;
  poll(id: string): BatchCall;
  cancel(id: string): BatchCall;
  /** Null: these results have no answer to this job. */
  answer(results: string, customId: string): WholeAnswer | null;
}

export const get = (path: string): BatchCall => ({ method: 'GET', path, contentType: '', body: null });

export const post = (path: string, body: Buffer | null): BatchCall => ({
  ...{ method: 'POST', path, body },
  contentType: body ? 'application/json' : '',
});

/** Line feeds in JSON stand between its tokens only, where a blank says as much: the body stays what it was. */
export const onOneLine = (json: Buffer): string => json.toString().replace(/[\r\n]+/g, ' ');

/** The line of JSON lines that is about this job. */
export function lineFor(results: string, customId: string): JsonObject | null {
  for (const line of results.split('\n')) {
    if (!line.includes(customId)) continue;
    const read = parseObject(line);
    if (read?.custom_id === customId) return read;
  }
  return null;
}
