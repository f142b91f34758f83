// What the record of a replayed recording has to say, against what the recording itself says when read plainly.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { canonical, type Expectation, expectationOf } from '../observe/expectation.ts';
import type { Recording } from '../observe/recordings.ts';
import { type ExpectedPrice, expectedPrice } from './expected-price.ts';

const redactor = createRedactor();
const nothing: Expectation = {
  ...{ text: '', reasoning: '', calls: [], finish: '' },
  ...{ input: null, output: null, cached: null, total: null },
};

/** Two recordings hold an error under status 200: Azure's filter, and OpenRouter's inside a stream. */
export function failed(recording: Recording): boolean {
  const { status, bytes } = recording.response;
  return status >= 400 || /^data: .*"error":\{"|^\{"error"/m.test(bytes.toString());
}

type Same = (what: string, actual: unknown, expected: unknown) => void;

function comparison(): { found: string[]; same: Same } {
  const found: string[] = [];
  const same: Same = (what, actual, expected) => {
    const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== should) found.push(`${what} is ${is?.slice(0, 300)}, should be ${should?.slice(0, 300)}`);
  };
  return { found, same };
}

/** What disagrees, a line each; empty when the record of an exchange that passed unchanged says what the recording says. */
export function disagreements(recording: Recording, record: ExchangeRecord): string[] {
  const { found, same } = comparison();
  const { response } = recording;
  same('httpStatus', record.httpStatus, response.status);
  same('redactionFailed', record.redactionFailed, false);
  same('whether anything was cut', [record.requestCut, record.responseCut], [false, false]);
  same('responseBytes', record.responseBytes, response.bytes.length);
  same('requestBytes', record.requestBytes, Buffer.byteLength(recording.request.body?.text ?? ''));
  return [...found, ...contentDisagreements(recording, record)];
}

/** The same without the bytes, which are others where an exchange was translated. */
export function contentDisagreements(recording: Recording, record: ExchangeRecord): string[] {
  const { found, same } = comparison();
  same('outcome', record.outcome, failed(recording) ? 'failed' : 'success');
  const expected = expectationOf(recording) ?? embeddings(recording);
  const told = expected.input !== null || expected.output !== null || expected.total !== null;
  same('usageSource is "reported"', record.usageSource === 'reported', told);
  const actual = asExpectation(record);
  // Redaction has its own claims; here it is only applied to what the recording says before the two are compared.
  same('answer', said(actual), said(masked(expected)));
  if (told) same('usage', counts(actual), counts(expected));
  const price = expectedPrice(recording, new Date(record.startedAt));
  found.push(...priceDisagreement(record.pricing, price));
  const { output_reasoning_tokens: reasoned, cache_write_tokens: written } = price.usage ?? {};
  const { outputReasoning, inputCacheWrite5m, inputCacheWrite1h } = record.usage;
  if (reasoned !== undefined) same('reasoning tokens', outputReasoning, reasoned);
  if (written !== undefined) same('tokens written to the cache', sum(inputCacheWrite5m, inputCacheWrite1h), written);
  return found;
}

const said = ({ text, reasoning, calls, finish }: Expectation) => ({ finish, calls, text, reasoning });
const counts = ({ input, output, cached, total }: Expectation) => ({ input, output, cached, total });

function priceDisagreement({ costNanos, costSource }: ExchangeRecord['pricing'], expected: ExpectedPrice): string[] {
  const says = `pricing is ${costNanos} (${costSource}), should be ${expected.nanos} (${expected.source})`;
  if (expected.source === 'silent') return costSource === null || costSource === 'estimated' ? [] : [says];
  if (expected.nanos === null) return costNanos === null && costSource === null ? [] : [says];
  // Half a nano-dollar of rounding, and what the library's floating point leaves open.
  const near = costNanos !== null && Math.abs(costNanos - expected.nanos) <= 0.5 + expected.nanos * 1e-9;
  return near && costSource === expected.source ? [] : [says];
}

function asExpectation({ usage, answer, finish }: ExchangeRecord): Expectation {
  return {
    text: answer?.text ?? '',
    reasoning: answer?.reasoning ?? '',
    calls: (answer?.toolCalls ?? []).map((call) => canonical(call.name, call.arguments)),
    finish: finish.raw,
    input: sum(
      usage.inputUncached,
      usage.inputCacheRead,
      usage.inputCacheWrite5m,
      usage.inputCacheWrite1h,
      usage.inputAudio,
      usage.inputImage,
    ),
    output: sum(usage.outputText, usage.outputReasoning, usage.outputAudio, usage.outputImage),
    cached: usage.inputCacheRead,
    total: usage.total,
  };
}

function sum(...parts: (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((all, part) => all + part, 0);
}

function masked(expected: Expectation): Expectation {
  const call = (written: string): string => {
    const open = written.indexOf('(');
    return canonical(redactor.text(written.slice(0, open)), redactor.json(written.slice(open + 1, -1)));
  };
  return {
    ...expected,
    text: redactor.text(expected.text),
    reasoning: redactor.text(expected.reasoning),
    calls: expected.calls.map(call),
  };
}

/** Embeddings say what they used and nothing else; other formats that nobody reads say nothing at all. */
function embeddings({ request, response }: Recording): Expectation {
  if (!/embeddings$|EmbedContents?$/i.test(request.path.split('?')[0] as string)) return nothing;
  const { usage, usageMetadata } = JSON.parse(response.bytes.toString());
  const input = usage?.prompt_tokens ?? usageMetadata?.promptTokenCount ?? null;
  const output = usage?.completion_tokens ?? null;
  return { ...nothing, input, output, total: usage?.total_tokens ?? usageMetadata?.totalTokenCount ?? null };
}
