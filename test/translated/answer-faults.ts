// Holds what a client got of a replayed recording, an answer or a refusal, against what the recording says.
import type { APIError } from 'openai';
import { expectationOf } from '../observe/expectation.ts';
import type { Recording } from '../observe/recordings.ts';
import { expectedPrice } from '../recorded/expected-price.ts';
import { failed } from '../recorded/expected-record.ts';
import type { AskedProvider } from './asked-providers.ts';
import type { ChatAnswer } from './chat-client.ts';
import { type ClientFormat, differences, expectedAnswer } from './expected-answer.ts';

interface AskedOf {
  provider: AskedProvider;
  recording: Recording;
}

/** What of an answer is not as the recording says, a line each. */
export function answerFaults({ recording, provider }: AskedOf, format: ClientFormat, answer: ChatAnswer): string[] {
  const plain = expectationOf(recording);
  if (plain === null) return ['nobody knows what it says'];
  const unchanged = format === 'chat' && provider.speaksChat;
  const expected = unchanged ? plain : expectedAnswer(plain, format, refusalIn(recording));
  const counted = plain.input !== null && plain.output !== null;
  const cost = unchanged ? [] : [...costFaults(recording, answer.cost, counted), ...thoughtFaults(recording, answer)];
  return [...differences(answer.said, expected), ...cost];
}

/** Of the output, what was thought; only OpenAI's formats have a place for it. */
function thoughtFaults(recording: Recording, { said }: ChatAnswer): string[] {
  const thought = expectedPrice(recording, new Date()).usage?.output_reasoning_tokens;
  if (said.reasoned === null || thought === undefined || said.reasoned === thought) return [];
  return [`reasoning tokens are ${said.reasoned}, should be ${thought}`];
}

/** OpenAI's own field for it, whole or in pieces. */
function refusalIn({ response }: Recording): string {
  const told = response.bytes.toString().matchAll(/"refusal": ?("(?:[^"\\]|\\.)*")/g);
  return [...told].map(([, text]) => JSON.parse(text as string)).join('');
}

/** `counted`: the answer tells what it used, so the cost has to stand there, if only as null. */
function costFaults(recording: Recording, cost: number | null | undefined, counted: boolean): string[] {
  const { nanos } = expectedPrice(recording, new Date());
  const expected = nanos === null ? null : nanos / 1e9;
  if (!counted && cost === undefined) return [];
  const near = expected === null ? cost === null : Math.abs((cost ?? -1) - expected) <= 1e-9 * (0.5 + expected);
  return near ? [] : [`cost is ${cost}, should be ${expected}`];
}

/** The SDK throws by status, and says what the provider said. */
export function refusalFaults(recording: Recording, error: unknown): string[] {
  if (!failed(recording)) return [`the client got ${String(error).slice(0, 400)}`];
  // Responses say 400 to a model that they do not know, and the two others 404.
  const unknownModel = /"code": ?"model_not_found"/.test(recording.response.bytes.toString());
  const status = unknownModel ? 404 : recording.response.status;
  const found = error as Partial<APIError> & Error;
  const faults: string[] = [];
  if (status >= 400 && found.status !== status) faults.push(`status ${found.status} instead of ${status}`);
  const right: Record<number, string> = { 400: 'BadRequestError', 404: 'NotFoundError', 200: 'APIError' };
  const name = found.constructor?.name ?? '';
  if (status >= 400 ? name !== right[status] : !/Error$/.test(name)) faults.push(`a ${name}`);
  const message = messageIn(recording);
  if (message === '' || !String(found.message).includes(message))
    faults.push(`the client is told ${String(found.message).slice(0, 200)} instead of ${message}`);
  return faults;
}

/** The provider's own words, wherever it puts them. */
function messageIn({ response }: Recording): string {
  const text = response.bytes.toString();
  const line = text.split('\n').find((each) => /^data: .*"error"/.test(each));
  const body = JSON.parse(line?.slice(5) ?? text);
  return String(body.error?.message ?? body.message ?? body.error ?? '');
}
