// A cascade: the cheap model is heard to its end first, and the client hears it only where it is good enough.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, answerStream, flood } from '../support/faulty-behaviours.ts';
import {
  attemptsOf,
  chain,
  chatBody,
  chatChunk,
  chatOpening,
  chatPieces,
  chatStreamOf,
  chatText,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

const rules = { confidenceBelow: 0.6, schemaInvalid: true, matches: ["i (do not|don't) know"], finish: ['length'] };

let at: FailoverHouse;
beforeAll(async () => {
  const names = [
    'good',
    'good-stream',
    'unsure',
    'unfit',
    'unknown',
    'cut',
    'stream',
    'down',
    'last',
    'kept',
    'endless',
  ];
  at = await openFailoverHouse({
    routes: [
      ...names.map((name) => {
        const { targets, fallback, ...route } = chain(name, ['one', 'two']) as Record<string, object[]>;
        return {
          ...route,
          strategy: 'cascade',
          cascade: { escalateWhen: rules },
          targets: [...targets!, ...fallback!],
        };
      }),
    ],
  });
});
afterAll(() => at.close());

const schema = {
  response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: {} } } },
};

describe('an answer of the cheap model that is good enough', () => {
  it('is the client’s, byte for byte', async () => {
    at.one.respondOnce(chatText('{"confidence": 0.9}'));
    const said = await at.ask('good', { body: schema });
    expect(said.text).toBe(chatBody('{"confidence": 0.9}'));
    expect(attemptsOf(await said.record())).toEqual(['first one 200 success']);
  });

  it('is the client’s as a stream, too', async () => {
    at.one.respondOnce(chatStreamOf('well known'));
    const said = await at.ask('good-stream', { stream: true });
    expect(said.text).toBe(chatPieces('well known').join(''));
  });
});

describe('the next model is asked, and nobody hears the cheap one', () => {
  it.each([
    { name: 'unsure', cheap: chatText('{"confidence": 0.3}'), body: {}, why: 'confidence 0.3, at least 0.6 wanted' },
    { name: 'unfit', cheap: chatText('no JSON'), body: schema, why: 'the answer does not fit its schema' },
    { name: 'unknown', cheap: chatText("Sorry, I don’t… I don't know."), body: {}, why: /^the answer matches/ },
    {
      name: 'cut',
      cheap: answer({ pieces: [chatBody('and then').replace('"stop"', '"length"')] }),
      body: {},
      why: 'it ended with length',
    },
  ])('where its answer is $name', async ({ name, cheap, body, why }) => {
    at.one.respondOnce(cheap);
    at.two.respondOnce(chatText('thought through'));
    const said = await at.ask(name, { body });
    expect(said.text).toBe(chatBody('thought through'));
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success', 'cascade two 200 success']);
    for (const attempt of record.attempts) expect(attempt.why).toMatch(why);
    expect(record).toMatchObject({
      provider: 'two',
      answer: { text: 'thought through' },
      decision: { kind: 'cascade' },
    });
    // What the cheap one used was paid for, too.
    expect(record.attempts.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens])).toEqual([
      [9, 3],
      [9, 3],
    ]);
  });

  it('where it streams', async () => {
    at.one.respondOnce(answerStream([chatOpening, chatChunk({ content: "I don't know" }), ...chatPieces('').slice(2)]));
    at.two.respondOnce(chatStreamOf('I do'));
    const said = await at.ask('stream', { stream: true });
    expect(said.text).toBe(chatPieces('I do').join(''));
    expect((await said.record()).responseBytes).toBe(Buffer.byteLength(said.text));
  });

  it('where it is down', async () => {
    at.one.respondOnce(refusal(500));
    at.two.respondOnce(chatText("I don't know either"));
    const said = await at.ask('down');
    // The last of a cascade is not judged: there is nobody better.
    expect(said.text).toBe(chatBody("I don't know either"));
    expect(attemptsOf(await said.record())).toEqual(['first one 500 failed', 'failover two 200 success']);
  });

  it('where it does not stop talking', async () => {
    at.one.respondOnce(flood(40 * 1024 * 1024));
    at.two.respondOnce(chatText('brief'));
    const said = await at.ask('endless');
    expect(said.text).toBe(chatBody('brief'));
    expect((await said.record()).attempts[0]?.why).toBe('the answer is too long to be judged');
  });
});

it('judges the last of the chain not at all', async () => {
  at.one.respondOnce(chatText("I don't know"));
  at.two.respondOnce(chatText("I don't know"));
  expect((await at.ask('last')).status).toBe(200);
});

it('gives the client the cheap answer after all where nobody better answers', async () => {
  at.one.respondOnce(chatText("I don't know"));
  at.two.respondOnce(refusal(500));
  const said = await at.ask('kept');
  expect([said.status, said.text]).toEqual([200, chatBody("I don't know")]);
  expect(said.headers).toMatchObject({ 'x-sightline-provider': 'one', 'x-sightline-attempts': '2' });
  const record = await said.record();
  expect(attemptsOf(record)).toEqual(['first one 200 success', 'cascade two 500 failed']);
  expect(record).toMatchObject({ outcome: 'success', provider: 'one', answer: { text: "I don't know" } });
});
