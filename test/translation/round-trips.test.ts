// Whatever is said survives its way through a format: conversations that are written and read again, and answers that are
// written for a client, as a stream and whole, and read again as a provider's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import type { ClientSide, ProviderSide, Reading } from '../../proxy/dialects/dialect.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { assembledReader } from '../../proxy/dialects/neutral/assembled-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { emptyRequest, type NeutralRequest, type SealOrigin } from '../../proxy/dialects/neutral/request.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import { answerEvents } from './answer-events.ts';
import { conversations } from './conversations.ts';
import { asMessages, type RequestRow, requestRows, sayableEverywhere } from './round-trip-rows.ts';
import { saidBy, saidUpstream } from './said-upstream.ts';

const providerOf = (dialect: DialectName): ProviderSide => dialects[dialect].provider as ProviderSide;
const clientOf = (dialect: DialectName): ClientSide => dialects[dialect].client as ClientSide;
const asSent = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

function through({ dialect, model, quirks }: RequestRow, request: NeutralRequest) {
  const { body, unsupported } = providerOf(dialect).writeRequest(request, { model, quirks, maxOutputTokens: null });
  return { again: clientOf(dialect).readRequest(asSent(body)), unsupported };
}

describe('a conversation', () => {
  it.each(requestRows)('in $name is the same after writing and reading', (row) => {
    fc.assert(
      fc.property(conversations(row.sayable), (asked) => {
        const request = { ...asked, model: row.model };
        const { again, unsupported } = through(row, request);
        expect(unsupported.filter(({ field }) => !row.leaves?.test(field))).toEqual([]);
        expect(row.canonical(again)).toEqual(row.canonical(request));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same after all of them in turn, in any order', () => {
    const orders = fc.shuffledSubarray([...requestRows], { minLength: requestRows.length });
    fc.assert(
      fc.property(conversations(sayableEverywhere), orders, (request, rows) => {
        let last = request;
        for (const row of rows) last = through(row, { ...last, model: row.model }).again;
        const plain = (asked: NeutralRequest) => ({ ...asMessages(asked), model: '', wantsUsage: true });
        expect(plain(last)).toEqual(plain(request));
      }),
      { numRuns: 100 },
    );
  });

  const upstream = Object.entries(saidUpstream) as [keyof typeof saidUpstream, (body: never) => string[]][];
  it.each(upstream)('in %s says every word, call and result in its order', (dialect, said) => {
    const target = { model: 'some-model', quirks: { streamUsage: 'always' }, maxOutputTokens: null } as const;
    fc.assert(
      fc.property(conversations({ system: true, severalTexts: true, toolRounds: true }), (request) => {
        const { body } = providerOf(dialect).writeRequest(request, target);
        expect(said(asSent(body) as never)).toEqual(saidBy(request));
      }),
      { numRuns: 150 },
    );
  });
});

interface AnswerRow {
  dialect: DialectName;
  /** Whose seals it carries to its clients. */
  seals: SealOrigin | null;
  /** What was said, as the format says it; left out: as it is. */
  worded?(events: readonly NeutralEvent[]): readonly NeutralEvent[];
  /** Of a reading, what the format can carry. */
  carried(reading: Reading): unknown;
}

/** Reasons and counts have another raw form afterwards. */
function inCommon({ answer, finish, usage, responseId, responseModel, error }: Reading) {
  return { answer, finish: finish?.unified, usage: { ...usage, raw: null }, responseId, responseModel, error };
}

/** Anthropic adds nothing up. */
function inMessages(reading: Reading) {
  const { usage, ...rest } = inCommon(reading);
  return { ...rest, usage: { ...usage, total: null } };
}

/** Anthropic has a refusal's words among the others, and a reason to end for it. */
function withPlainRefusals(events: readonly NeutralEvent[]): NeutralEvent[] {
  const refused = events.some(({ type }) => type === 'refusal');
  return events.map((event): NeutralEvent => {
    if (event.type === 'refusal') return { ...event, type: 'text' };
    if (event.type !== 'finish' || !refused || event.finish.unified !== 'stop') return event;
    return { ...event, finish: { unified: 'content_filter', raw: 'refusal' } };
  });
}

const answerRows: AnswerRow[] = [
  { dialect: 'openai-chat', seals: null, carried: inCommon },
  { dialect: 'openai-responses', seals: 'openai', carried: inCommon },
  { dialect: 'anthropic-messages', seals: 'anthropic', worded: withPlainRefusals, carried: inMessages },
];

function writerFor(dialect: DialectName) {
  return clientOf(dialect).answerWriter({
    ...{ exchangeId: '0192f0c1-0000-7000-8000-000000000001', created: 1_790_000_000, model: 'asked-model' },
    ...{ request: { ...emptyRequest(), stream: true }, costOf: () => 0.25 },
  });
}

function readAsStream(dialect: DialectName, events: readonly NeutralEvent[]): NeutralEvent[] {
  const writer = writerFor(dialect);
  const text = events.map((event) => writer.event(event)).join('') + writer.end();
  const reader = providerOf(dialect).eventReader();
  const splitter = new SseReader();
  const sent = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return [...sent.flatMap((event) => [...reader.event(event)]), ...reader.end()];
}

function readAsWhole(dialect: DialectName, events: readonly NeutralEvent[]): NeutralEvent[] {
  const writer = writerFor(dialect);
  for (const event of events) writer.event(event);
  const reader = providerOf(dialect).eventReader();
  return [...reader.whole(asSent(writer.whole())), ...reader.end()];
}

function readingOf(events: readonly NeutralEvent[]): Reading {
  const reader = assembledReader({ event: () => events, whole: () => events, end: () => [] });
  reader.whole({});
  return reader.reading();
}

const sealsIn = (events: readonly NeutralEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'reasoning-seal' ? [`${event.seal.kind} ${event.seal.value}`] : []));

describe('an answer', () => {
  it.each(answerRows)(
    'in $dialect says the same as a stream and whole as the model said it',
    ({ dialect, carried, worded = (events) => events }) => {
      fc.assert(
        fc.property(answerEvents(), (events) => {
          const expected = carried(readingOf(worded(events)));
          expect(carried(readingOf(readAsStream(dialect, events)))).toEqual(expected);
          expect(carried(readingOf(readAsWhole(dialect, events)))).toEqual(expected);
        }),
        { numRuns: 200 },
      );
    },
  );

  it.each(answerRows.filter(({ seals }) => seals))('in $dialect keeps the seals of its own thoughts', (row) => {
    fc.assert(
      fc.property(answerEvents(row.seals ?? undefined), (events) => {
        expect(sealsIn(readAsStream(row.dialect, events))).toEqual(sealsIn(events));
        expect(sealsIn(readAsWhole(row.dialect, events))).toEqual(sealsIn(events));
      }),
    );
  });
});
