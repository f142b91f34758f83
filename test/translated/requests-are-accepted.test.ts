// Requests that real apps sent to OpenAI and Anthropic, sent through the proxy to everybody else: each provider's rule book
// accepts what arrives (OpenAI's published schema too), or the app is told which field cannot be passed on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { createPlainClient } from '../recorded/plain-client.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { openaiSchemaJudge } from '../translation/openai-schema.ts';
import { type JudgingUpstream, startJudgingUpstream } from './judging-upstream.ts';
import { type RuleBook, ruleBooks } from './rule-books.ts';

const clients = [
  { file: 'openai-chat', path: '/v1/chat/completions' },
  { file: 'openai-responses', path: '/v1/responses' },
  { file: 'anthropic-messages', path: '/v1/messages' },
];
/** Who speaks the client's own format gets its bytes as they came. */
const translated = ({ file }: (typeof clients)[number], book: RuleBook): boolean =>
  !(file === 'openai-chat' && book.chat) && !(file === 'anthropic-messages' && book.name === 'anthropic');
const pairs = clients.flatMap((client) =>
  ruleBooks.filter((book) => translated(client, book)).map((book) => ({ ...client, name: book.name, book })),
);

const schema = openaiSchemaJudge();
const plain = createPlainClient(4);
const table: string[] = [];
let upstream: JudgingUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startJudgingUpstream(({ name }, { body }) =>
    name === 'openai' ? (schema?.('CreateChatCompletionRequest', body) ?? []) : [],
  );
  const sections = ruleBooks.map(({ name, section }) => [name, section(upstream.url)]);
  house = await openHouse({ configuration: { providers: Object.fromEntries(sections) } });
});
afterAll(async () => {
  await house.close();
  await plain.close();
  await upstream.close();
  if (table.length > 0)
    process.stderr.write(
      `\nrecorded requests, sent to providers that they were not written for\n${table.join('\n')}\n`,
    );
});

/** Bodies that the provider itself took; streams are asked for whole, because only the request is looked at. */
function requestsOf(file: string): { id: string; body: Record<string, unknown> }[] {
  return readRecordings(file)
    .filter(({ response }) => response.status === 200)
    .map(({ id, request }) => {
      const { stream: _, stream_options: __, ...body } = JSON.parse(request.body?.text ?? '{}');
      return { id, body };
    });
}

interface Told {
  error?: { message?: string };
}

describe.skipIf(recordedFiles() === null)('a recorded request', () => {
  test.each(pairs)('of $file is one that $name accepts, or is refused by name', async ({ file, path, name, book }) => {
    const wrong: string[] = [];
    const refusals = new Map<string, number>();
    let accepted = 0;
    for (const { id, body } of requestsOf(file)) {
      const sent = Buffer.from(JSON.stringify({ ...body, model: `${name}/${book.model}` }));
      const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
      const received = await plain.send({ url: house.url + path, method: 'POST', headers, body: sent });
      const [verdict] = upstream.verdicts(name);
      const told = (JSON.parse(received.body.toString()) as Told).error?.message ?? '';
      const field = /^"([^"]+)" (?:cannot be passed on|should be)/.exec(told)?.[1];
      if (verdict) {
        accepted++;
        if (verdict.problems.length > 0) wrong.push(`${id}: ${verdict.problems.join('; ')}`);
        if (received.status !== 200) wrong.push(`${id}: the answer became ${received.status} ${told}`);
      } else if (received.status === 400 && field !== undefined) {
        const kind = field.replace(/\[\d+\]/g, '[…]');
        refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
      } else wrong.push(`${id}: never sent, ${received.status} ${told}`);
    }
    const refused = [...refusals].map(([kind, count]) => `${kind} ${count}`).join(', ');
    table.push(
      `${file.padEnd(20)}${name.padEnd(12)}${String(accepted).padStart(4)} accepted  refused: ${refused || 0}`,
    );
    expect({ wrong: wrong.length, first: wrong.slice(0, 12) }).toEqual({ wrong: 0, first: [] });
    expect(accepted).toBeGreaterThan(0);
  });
});
