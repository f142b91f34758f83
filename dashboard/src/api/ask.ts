// Asks the collector a question. Addresses are resolved against the document's base, so any base path works.
import type { Problem } from '../../../contract/questions/problem.ts';

/** The collector said no, or could not be reached (status 0). */
export class AskError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fix: string;
  /** All that is wrong with a piece of configuration that was sent. */
  readonly problems: readonly ConfigurationProblem[];

  constructor(status: number, problem: Problem['error']) {
    super(problem.message);
    this.status = status;
    this.code = problem.code;
    this.fix = problem.fix;
    this.problems = problem.problems ?? [];
  }
}

type ConfigurationProblem = NonNullable<Problem['error']['problems']>[number];

type Parameters = Record<string, string | number | undefined>;

export function questionAddress(question: string, parameters: Parameters = {}): string {
  const address = new URL(`api/${question}`, document.baseURI);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address.href;
}

/** The answer as JSON. Throws an AskError that says what was found and what to do. */
export async function ask<Answer>(question: string, parameters: Parameters, signal?: AbortSignal): Promise<Answer> {
  return read<Answer>(await send(questionAddress(question, parameters), { signal }));
}

/** Sends `body`, text as it is, and hands on each line of the answer as JSON; one without a line's end, too. Throws an AskError, also where a line is a problem. */
export async function* askLines<Line extends object>(
  question: string,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  const response = await send(questionAddress(question), {
    method: 'POST',
    headers: {
      'content-type': typeof body === 'string' ? 'text/csv' : 'application/json',
      accept: 'application/x-ndjson',
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  });
  if (!response.ok || !response.body) throw await problemOf(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const said = (line: string): Line => {
    const read = JSON.parse(line) as Line | Problem;
    if ('error' in read) throw new AskError(response.status, read.error);
    return read;
  };
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield said(line);
  }
  if (rest.trim() !== '') yield said(rest);
}

/** Opens a session with the dashboard's access key. Throws an AskError when the key is wrong. */
export async function openSession(accessKey: string): Promise<void> {
  const response = await send(questionAddress('session'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: accessKey }),
  });
  if (!response.ok) throw await problemOf(response);
}

async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: 'same-origin', ...request });
  } catch (reason) {
    if (request.signal?.aborted) throw reason;
    const fix = 'Check that Sightline is running and reachable, then try again.';
    throw new AskError(0, { code: 'unreachable', message: 'The collector does not answer.', fix });
  }
}

async function read<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Answer;
}

async function problemOf(response: Response): Promise<AskError> {
  const fallback = { code: `http_${response.status}`, message: `The collector answered ${response.status}.`, fix: '' };
  try {
    const body = (await response.json()) as Partial<Problem>;
    return new AskError(response.status, { ...fallback, ...body.error });
  } catch {
    return new AskError(response.status, fallback);
  }
}
