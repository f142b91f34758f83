// OpenAI's batches: a file of requests goes up, a batch is made of it, and its answers lie in a file again.
// https://platform.openai.com/docs/api-reference/batch
import type { DialectName } from '../../contract/words.ts';
import { asObject, asText, objectsIn } from '../dialects/reading/json-reading.ts';
import { pathSegment } from '../upstream/path-segment.ts';
import { type BatchApi, type BatchJob, get, lineFor, onOneLine, post } from './batch-api.ts';

/** As the lines of the file have to name them, whatever the base URL is. */
export const openaiEndpoints: Partial<Record<DialectName, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'openai-embeddings': '/v1/embeddings',
};

const lost = new Set(['failed', 'expired', 'cancelled']);

export const openaiBatch: BatchApi = {
  upload(job) {
    const boundary = `sightline-${job.customId}`;
    const head = (disposition: string): string => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
    const body = Buffer.from(
      `${head('name="purpose"')}\r\nbatch\r\n` +
        `${head('name="file"; filename="batch.jsonl"')}Content-Type: application/jsonl\r\n\r\n` +
        `${lineOf(job)}\n\r\n--${boundary}--\r\n`,
    );
    return { method: 'POST', path: '/files', contentType: `multipart/form-data; boundary=${boundary}`, body };
  },
  create({ wire }, uploaded) {
    const batch = {
      input_file_id: asText(asObject(uploaded)?.id),
      endpoint: openaiEndpoints[wire],
      completion_window: '24h',
    };
    return post('/batches', Buffer.from(JSON.stringify(batch)));
  },
  state(json) {
    const batch = asObject(json) ?? {};
    const status = asText(batch.status);
    const files = [asText(batch.output_file_id), asText(batch.error_file_id)].filter((id) => id !== '');
    return {
      id: asText(batch.id),
      // One that ran out of time may have been answered all the same.
      stage: status === 'completed' || (lost.has(status) && files.length > 0) ? 'ended' : lostOrNot(status),
      results: files.map((id) => get(`/files/${pathSegment(id)}/content`)),
      why: lost.has(status) ? `${status} ${firstError(batch.errors)}`.trim() : status,
    };
  },
  poll: (id) => get(`/batches/${pathSegment(id)}`),
  cancel: (id) => post(`/batches/${pathSegment(id)}/cancel`, null),
  answer(results, customId) {
    const line = lineFor(results, customId);
    const response = asObject(line?.response);
    if (!response || typeof response.status_code !== 'number') return null;
    return {
      status: response.status_code,
      requestId: asText(response.request_id),
      body: JSON.stringify(response.body ?? {}),
    };
  },
};

function lineOf({ customId, wire, body }: BatchJob): string {
  const head = JSON.stringify({ custom_id: customId, method: 'POST', url: openaiEndpoints[wire] });
  return `${head.slice(0, -1)},"body":${onOneLine(body)}}`;
}

const lostOrNot = (status: string): 'waiting' | 'lost' => (lost.has(status) ? 'lost' : 'waiting');

const firstError = (errors: unknown): string => asText(objectsIn(asObject(errors)?.data)[0]?.message);
