// Anthropic's message batches: requests go up in one body, and the answers come as lines of JSON.
// https://docs.anthropic.com/en/api/creating-message-batches
import { asObject, asText } from '../dialects/reading/json-reading.ts';
import { pathSegment } from '../upstream/path-segment.ts';
import { type BatchApi, get, lineFor, post, type WholeAnswer } from './batch-api.ts';

const batches = '/v1/messages/batches';

/** Its words for what went wrong, and the status that each has outside of a batch. */
const statuses: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  overloaded_error: 529,
};

export const anthropicBatch: BatchApi = {
  upload: () => null,
  create({ customId, body }) {
    const id = JSON.stringify(customId);
    return post(batches, Buffer.from(`{"requests":[{"custom_id":${id},"params":${body.toString()}}]}`));
  },
  state(json) {
    const batch = asObject(json) ?? {};
    const id = asText(batch.id);
    const status = asText(batch.processing_status);
    return {
      id,
      stage: status === 'ended' ? 'ended' : 'waiting',
      // Not `results_url`: a key goes to no address but the operator's.
      results: [get(`${batches}/${pathSegment(id)}/results`)],
      why: status,
    };
  },
  poll: (id) => get(`${batches}/${pathSegment(id)}`),
  cancel: (id) => post(`${batches}/${pathSegment(id)}/cancel`, null),
  answer(results, customId) {
    const result = asObject(lineFor(results, customId)?.result);
    if (result?.type === 'succeeded') return { status: 200, requestId: '', body: JSON.stringify(result.message) };
    return result?.type === 'errored' ? refusal(result.error) : null;
  },
};

function refusal(error: unknown): WholeAnswer {
  const type = asText(asObject(asObject(error)?.error)?.type);
  return { status: statuses[type] ?? 500, requestId: '', body: JSON.stringify(error) };
}
