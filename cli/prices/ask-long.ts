// Asks a collector for an answer that takes a while, and reads it line by line: progress on stderr, then the answer.
import type { z } from 'zod';
import { Problem } from '../../contract/questions/problem.ts';
import { CollectorRefused, type Operating, refusal } from '../collector-api.ts';
import type { Terminal } from '../command.ts';

export interface LongQuestion<Answer extends z.ZodType> {
  /** Without a slash in front. */
  path: string;
  body: string;
  contentType: 'application/json' | 'text/csv';
  answer: Answer;
  /** What was read so far, such as "exchanges priced again". */
  doing: string;
}

export async function askLong<Answer extends z.ZodType>(
  { address, loaded }: Operating,
  question: LongQuestion<Answer>,
  terminal: Terminal,
): Promise<z.output<Answer>> {
  const { accessKey } = loaded.configuration.collector;
  const headers = {
    ...{ 'content-type': question.contentType, accept: 'application/x-ndjson' },
    ...(accessKey ? { authorization: `Bearer ${accessKey}` } : {}),
  };
  const url = new URL(question.path, address);
  const response = await fetch(url, { method: 'POST', headers, body: question.body }).catch(() => null);
  if (!response) throw new CollectorRefused(`No collector answers at ${address}. Start Sightline, or use --collector.`);
  if (!response.ok || !response.body) throw await refusal(response, address);
  const tell = progressOn(terminal, question.doing);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = JSON.parse(line) as { progress?: { read: number; of: number }; answer?: unknown };
      if (said.progress) tell(said.progress);
      else if (said.answer) return question.answer.parse(said.answer);
      else throw broken(said);
    }
  }
  throw new CollectorRefused('The collector stopped before it had an answer.');
}

function broken(said: unknown): CollectorRefused {
  const { error } = Problem.parse(said);
  return new CollectorRefused([error.message, error.fix].filter(Boolean).join('\n'), error.code);
}

/** A line for every fifth of the way. */
function progressOn(terminal: Terminal, doing: string): (progress: { read: number; of: number }) => void {
  let said = 0;
  return ({ read, of }) => {
    const fifths = of === 0 ? 0 : Math.floor((5 * read) / of);
    if (fifths <= said) return;
    said = fifths;
    terminal.say(`${read} of ${of} ${doing}`);
  };
}
