// Asks a collector to try routes, and reads its answer line by line: progress, then the answer or what is wrong.
import { Problem } from '../../contract/questions/problem.ts';
import { RehearsalAnswer, RehearsalProgress, type RehearsalRequest } from '../../contract/questions/rehearsal.ts';

/** The collector said no, or did not answer; the message is for the terminal. */
export class Refused extends Error {
  override name = 'Refused';
}

export interface RehearsalQuestion {
  /** Of the dashboard, with a slash at the end. */
  address: string;
  accessKey: string;
  request: RehearsalRequest;
  onProgress(progress: RehearsalProgress): void;
}

export async function askRehearsal(question: RehearsalQuestion): Promise<RehearsalAnswer> {
  const response = await send(question);
  if (!response.ok || !response.body) throw await refusal(response, question.address);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = JSON.parse(line) as { progress?: unknown; answer?: unknown };
      if (said.progress) question.onProgress(RehearsalProgress.parse(said.progress));
      else if (said.answer) return RehearsalAnswer.parse(said.answer);
      else throw asRefusal(said);
    }
  }
  throw new Refused('The collector stopped before it had an answer.');
}

async function send({ address, accessKey, request }: RehearsalQuestion): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/x-ndjson',
    ...(accessKey ? { authorization: `Bearer ${accessKey}` } : {}),
  };
  try {
    const url = new URL('api/routing/try', address);
    return await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  } catch {
    throw new Refused(`No collector answers at ${address}. Start Sightline, or name another one with --collector URL.`);
  }
}

async function refusal(response: Response, address: string): Promise<Refused> {
  try {
    return asRefusal(await response.json());
  } catch {
    return new Refused(`${address} answered ${response.status}; is that a Sightline collector?`);
  }
}

function asRefusal(body: unknown): Refused {
  const { error } = Problem.parse(body);
  return new Refused([error.message, error.fix].filter(Boolean).join('\n'));
}
