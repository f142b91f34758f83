// Answers GET /v1/models and /v1/models/{id} in OpenAI's shape, with what the caller may ask for and nothing else.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate } from '../access/gate.ts';
import { takeKey } from '../access/key-in-request.ts';
import type { KnownKey } from '../access/key-index.ts';
import { keyPermits } from '../access/key-policy.ts';
import { keyRequired } from '../access/refusals.ts';
import { openaiErrorBody } from '../dialects/openai/errors.ts';
import { ProxyError } from '../errors.ts';
import { spokenError } from '../spoken-error.ts';
import type { ModelEntry, ModelList } from './model-list.ts';

export interface ListRooms {
  list: ModelList;
  gate: Gate;
  /** As the request has it, query string included. */
  url: string;
  clock: () => number;
}

/** Never rejects. */
export async function answerModelList(
  request: IncomingMessage,
  response: ServerResponse,
  { list, gate, url, clock }: ListRooms,
): Promise<void> {
  try {
    const at = url.indexOf('?');
    const taken = takeKey(request, at < 0 ? '' : url.slice(at));
    const { known, ours } = gate.admit(request, taken, clock());
    // The list is of what is configured here, asked for with the keys that are configured here.
    if (!ours) throw keyRequired(false);
    const id = decoded((at < 0 ? url : url.slice(0, at)).replace(/^(?:\/v1)?\/models\/?/, ''));
    const entries = (await list.list()).filter((entry) => isPermitted(entry, known));
    answer(entries, id, response);
  } catch (error) {
    refuse(error, response);
  }
}

function answer(entries: readonly ModelEntry[], id: string, response: ServerResponse): void {
  const found = entries.find((entry) => entry.id === id || `${entry.owned_by}/${entry.id}` === id);
  const listed = id === '' ? { object: 'list', data: entries.map(shown) } : found && shown(found);
  if (listed) {
    send(response, 200, JSON.stringify(listed));
    return;
  }
  const message = `No model "${id.slice(0, 200)}" is configured here; GET /v1/models lists what there is.`;
  const spoken = { status: 404, code: 'model_not_found', type: 'invalid_request_error', message, exchangeId: '' };
  send(response, 404, openaiErrorBody(spoken));
}

/** An alias stands for the targets of its route: it is there for whoever may reach one of them. */
function isPermitted({ id, owned_by: provider, reaches }: ModelEntry, known: KnownKey | null): boolean {
  if (known === null) return true;
  const targets = reaches ?? [{ provider, model: id.startsWith(`${provider}/`) ? id.slice(provider.length + 1) : id }];
  return targets.some((target) => keyPermits(known, { requestedModel: id, ...target }));
}

const shown = ({ reaches: _reaches, ...entry }: ModelEntry): Omit<ModelEntry, 'reaches'> => entry;

function refuse(error: unknown, response: ServerResponse): void {
  const failure =
    error instanceof ProxyError ? error : new ProxyError('SIGHTLINE_INTERNAL', 'Something broke inside Sightline.');
  const headers = { 'x-sightline-error': failure.code, 'x-should-retry': String(failure.row.retry) };
  send(response, failure.row.status, openaiErrorBody(spokenError('', failure.code, failure.message)), headers);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body);
}
