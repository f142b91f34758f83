// A provider that plays the batch endpoints of OpenAI and of Anthropic, and answers at once where it is asked at once. How a
// batch goes is set before each test; what was asked is kept.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BatchCourse {
  /** How often it is looked at before it is over. */
  polls: number;
  ends: 'answered' | 'refused' | 'failed' | 'expired' | 'cancelled';
  /** Statuses with which the first looks go wrong. */
  hiccups?: number[];
  /** Nothing can be put into a batch here. */
  closed?: boolean;
}

export interface SeenCall {
  call: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface BatchUpstream {
  url: string;
  seen: SeenCall[];
  /** `POST /v1/files` and so on; looks at the batch are left out. */
  calls(): string[];
  looks(): number;
  plays(course: BatchCourse): void;
  /** Resolves when a batch has been cancelled. */
  cancelled: Promise<void>;
  close(): Promise<void>;
}

export const chatAnswer = (text: string) => ({
  ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini' },
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
});

export const messageAnswer = (text: string) => ({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_sequence: null },
  ...{ content: [{ type: 'text', text }], stop_reason: 'end_turn', usage: { input_tokens: 9, output_tokens: 3 } },
});

const polling = /^GET \/v1\/(?:batches|messages\/batches)\/[^/]+$/;

export async function startBatchUpstream(): Promise<BatchUpstream> {
  let course: BatchCourse = { polls: 0, ends: 'answered' };
  let looks = 0;
  let cancel!: () => void;
  const seen: SeenCall[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = `${request.method} ${request.url}`;
    seen.push({ call, headers: request.headers, text });
    if (polling.test(call)) looks++;
    if (call.endsWith('/cancel')) cancel();
    const hiccup = polling.test(call) ? course.hiccups?.shift() : undefined;
    const status = hiccup ?? (course.closed && call.startsWith('POST') && call.includes('batches') ? 400 : 200);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      status === 200 ? said(call, { seen, course, over: looks > course.polls }) : '{"error":{"message":"no"}}',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: BatchUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ seen, looks: () => looks, cancelled: Promise.resolve() },
    calls: () => seen.map(({ call }) => call).filter((call) => !polling.test(call)),
    plays(next) {
      course = next;
      looks = 0;
      seen.length = 0;
      upstream.cancelled = new Promise((resolve) => {
        cancel = resolve;
      });
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  upstream.plays(course);
  return upstream;
}

interface Played {
  seen: readonly SeenCall[];
  course: BatchCourse;
  over: boolean;
}

function said(call: string, { seen, course: { ends }, over }: Played): string {
  if (call === 'POST /v1/chat/completions') return JSON.stringify(chatAnswer('at once'));
  if (call === 'POST /v1/files') return '{"id":"file-in"}';
  if (call === 'GET /v1/files/file-out/content') return line(customIdOf(seen, '/v1/files'), 200);
  if (call === 'GET /v1/files/file-error/content') return line(customIdOf(seen, '/v1/files'), 400);
  if (call.endsWith('/results')) return `${JSON.stringify(result(customIdOf(seen, '/v1/messages/batches'), ends))}\n`;
  if (call.includes('/messages/batches'))
    return JSON.stringify({ id: 'msgbatch_1', processing_status: over ? 'ended' : 'in_progress' });
  const files =
    ends === 'answered' ? { output_file_id: 'file-out' } : ends === 'refused' ? { error_file_id: 'file-error' } : {};
  if (!over) return '{"id":"batch_1","status":"in_progress"}';
  return JSON.stringify({
    id: 'batch_1',
    status: ends === 'answered' || ends === 'refused' ? 'completed' : ends,
    ...files,
  });
}

const customIdOf = (seen: readonly SeenCall[], path: string): string =>
  /"custom_id":"([^"]+)"/.exec(seen.find(({ call }) => call === `POST ${path}`)?.text ?? '')?.[1] ?? '';

function line(custom_id: string, status_code: number): string {
  const body =
    status_code === 200 ? chatAnswer('in time') : { error: { message: 'bad', type: 'invalid_request_error' } };
  const other = { custom_id: 'somebody-else', response: { status_code: 200, body: chatAnswer('not yours') } };
  const own = { custom_id, response: { status_code, request_id: 'req_batch', body }, error: null };
  return `${JSON.stringify(other)}\n${JSON.stringify(own)}\n`;
}

function result(custom_id: string, ends: BatchCourse['ends']): object {
  if (ends === 'answered') return { custom_id, result: { type: 'succeeded', message: messageAnswer('in time') } };
  const error = { type: 'error', error: { type: 'invalid_request_error', message: 'bad' } };
  if (ends === 'refused') return { custom_id, result: { type: 'errored', error } };
  return { custom_id, result: { type: ends === 'cancelled' ? 'canceled' : ends } };
}
