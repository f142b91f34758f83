// Under which name an answer is kept: nobody else's request leads to it, and everybody's who asks the same does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AskedRequest, readAsked } from '../../proxy/cache/asked.ts';
import { cacheKeys } from '../../proxy/cache/cache-keys.ts';
import { canonical, NotCanonical } from '../../proxy/cache/canonical.ts';

const keys = cacheKeys(Buffer.alloc(32, 7));

const text = fc.string({ maxLength: 12, unit: 'grapheme' });
const anything = (maxDepth: number) =>
  fc.object({ maxDepth, values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)] });
const message = fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: text });
const chatBody = fc.record(
  {
    ...{ model: text, messages: fc.array(message, { minLength: 1, maxLength: 4 }) },
    ...{ temperature: fc.double({ min: 0, max: 2, noNaN: true }), top_p: fc.double({ min: 0, max: 1, noNaN: true }) },
    ...{ max_tokens: fc.integer({ min: 1, max: 9999 }), seed: fc.integer(), stop: fc.array(text, { maxLength: 2 }) },
    ...{ n: fc.integer({ min: 1, max: 3 }), response_format: fc.constant({ type: 'json_object' }) },
    presence_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
    tools: fc.array(
      fc.record({
        type: fc.constant('function'),
        function: fc.record({
          name: fc.constantFrom('look', 'find'),
          description: text,
          parameters: anything(2),
        }),
      }),
      { maxLength: 2 },
    ),
    chat_template_kwargs: anything(1),
  },
  { requiredKeys: ['model', 'messages'] },
);

const chat = (body: Record<string, unknown>, more: Partial<AskedRequest> = {}): AskedRequest => ({
  ...{
    dialect: 'openai-chat',
    operation: 'chat',
    model: String(body.model),
    stream: body.stream === true,
    body,
    said: [],
  },
  ...more,
});
/** Both names that a request goes by. */
function namesOf(tenant: string, request: AskedRequest): string {
  const { shared, exact } = readAsked(request);
  return `${keys(tenant).name('answer', '', shared)} ${keys(tenant).name('request', request.dialect, exact)}`;
}
const nameOf = (tenant: string, request: AskedRequest): string =>
  keys(tenant).name('answer', '', readAsked(request).shared);

describe('the name of an answer', () => {
  it('is never the same for two tenants, whatever they ask, in 100 000 pairs', () => {
    const plain = fc.string({ maxLength: 8 });
    const tenants = fc.tuple(plain, plain).filter(([one, other]) => one !== other);
    const owners = new Map<string, string>();
    let clashes = 0;
    fc.assert(
      fc.property(tenants, plain, plain, fc.boolean(), ([one, other], asked, alsoAsked, same) => {
        const pairs = [
          [one, asked],
          [other, same ? asked : alsoAsked],
        ] as const;
        const names = pairs.map(([tenant, content]) =>
          nameOf(tenant, chat({ model: 'm', messages: [{ role: 'user', content }] })),
        );
        if (names[0] === names[1]) clashes += 1;
        for (const [index, [tenant]] of pairs.entries()) {
          const owner = owners.get(names[index] as string);
          if (owner !== undefined && owner !== tenant) clashes += 1;
          owners.set(names[index] as string, tenant);
        }
      }),
      { numRuns: 100_000 },
    );
    expect(clashes).toBe(0);
  }, 240_000);

  it('is another where any field says something else', () => {
    fc.assert(
      fc.property(chatBody, chatBody, fc.nat(), (body, other, at) => {
        const names = [...new Set([...Object.keys(body), ...Object.keys(other)])];
        const field = names[at % names.length] as keyof typeof body;
        fc.pre(canonical(body[field] ?? null) !== canonical(other[field] ?? null));
        const changed: Record<string, unknown> = { ...body, [field]: other[field] };
        if (other[field] === undefined) delete changed[field];
        expect(namesOf('t', chat(changed))).not.toBe(namesOf('t', chat(body)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same however the JSON is written, and whoever asks how', () => {
    fc.assert(
      fc.property(chatBody, text, (body, said) => {
        const reversed = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(reversed);
          if (value === null || typeof value !== 'object') return value;
          return Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, reversed(inner)]),
          );
        };
        const asked = {
          ...(reversed(body) as typeof body),
          ...{ user: said, metadata: { said }, service_tier: 'flex', stream_options: { include_usage: true } },
        };
        expect(namesOf('t', chat(asked))).toBe(namesOf('t', chat(body)));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for composed and decomposed letters', () => {
    const names = ['caf\u00e9', 'cafe\u0301'].map((content) =>
      namesOf('t', chat({ model: 'm', messages: [{ role: 'user', content }] })),
    );
    expect(names[0]).toBe(names[1]);
  });

  it('is the same for a stream and a whole answer, unless the request says what only its own format can', () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
    expect(nameOf('t', chat({ ...body, stream: true }))).toBe(nameOf('t', chat(body)));
    const special = { ...body, logprobs: true };
    expect(nameOf('t', chat({ ...special, stream: true }))).not.toBe(nameOf('t', chat(special)));
  });

  it('is the same in three formats that ask the same, and another where they do not', () => {
    const named = (dialect: AskedRequest['dialect'], body: Record<string, unknown>) =>
      nameOf('t', chat(body, { dialect }));
    const messages = [{ role: 'user', content: 'Hi' }];
    const one = named('openai-chat', { model: 'm', max_tokens: 9, messages });
    expect(named('anthropic-messages', { model: 'm', max_tokens: 9, messages })).toBe(one);
    expect(named('openai-responses', { model: 'm', max_output_tokens: 9, input: 'Hi' })).toBe(one);
    expect(named('openai-responses', { model: 'm', max_output_tokens: 8, input: 'Hi' })).not.toBe(one);
    const marked = [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }];
    expect(named('anthropic-messages', { model: 'm', max_tokens: 9, messages: marked })).toBe(one);
  });

  it('cannot be made of integers that were rounded on the way', () => {
    expect(() => canonical({ seed: JSON.parse('9007199254740993') })).toThrow(NotCanonical);
  });
});
