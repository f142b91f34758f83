// Answers GET /v1/models and /v1/models/{id} in OpenAI's shape.
import type { ServerResponse } from 'node:http';
import { openaiErrorBody } from '../dialects/openai/errors.ts';
import type { ModelList } from './model-list.ts';

/** `tail`: the path, "/v1/models" or with a model's id behind it. Never rejects. */
export async function answerModelList(list: ModelList, tail: string, response: ServerResponse): Promise<void> {
  const id = decoded(tail.replace(/^\/v1\/models\/?/, ''));
  const entries = await list.list();
  if (id === '') return send(response, 200, JSON.stringify({ object: 'list', data: entries }));
  const found = entries.find((entry) => entry.id === id || `${entry.owned_by}/${entry.id}` === id);
  if (found) return send(response, 200, JSON.stringify(found));
  const message = `No model "${id.slice(0, 200)}" is configured here; GET /v1/models lists what there is.`;
  const spoken = { status: 404, code: 'model_not_found', type: 'invalid_request_error', message, exchangeId: '' };
  send(response, 404, openaiErrorBody(spoken));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(body);
}
