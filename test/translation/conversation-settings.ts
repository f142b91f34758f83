// Random settings beside the messages: tools and the choice among them, sampling, formats, and what else may be said.
import fc from 'fast-check';
import type { AnswerFormat, NeutralRequest, Tool, ToolChoice } from '../../proxy/dialects/neutral/request.ts';
import { words } from './conversation-parts.ts';
import type { Features } from './conversations.ts';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, count: { type: 'integer' } },
  required: ['city', 'count'],
  additionalProperties: false,
};

/** Tools of different names; none where there may be none, and always some where they may have been called before. */
export function toolBoxes(features: Features): fc.Arbitrary<Tool[]> {
  if (!features.tools && !features.toolRounds) return fc.constant([]);
  const mark = features.cacheMarks ? fc.constantFrom({}, {}, { cache: { ttl: '5m' as const } }) : fc.constant({});
  const tool = fc
    .record({
      name: fc.constantFrom('get_weather', 'search-web', 'add', 'Book_Trip2'),
      description: fc.oneof(fc.constant(''), words()),
      parameters: fc.constantFrom<Tool['parameters']>(schema, { type: 'object', properties: {} }),
      strict: fc.constantFrom(null, null, true, false),
    })
    .chain((made) => mark.map((cache): Tool => ({ ...made, ...cache })));
  return fc.uniqueArray(tool, {
    minLength: features.toolRounds ? 1 : 0,
    maxLength: 3,
    selector: (made) => made.name,
  });
}

/** Everything but model, messages and tools. What is left out stays unsaid. */
export function settings(features: Features, tools: Tool[]): fc.Arbitrary<Partial<NeutralRequest>> {
  const all = { stream: fc.boolean(), maxTokens: fc.option(fc.integer({ min: 16, max: 8192 })) };
  const fields = { ...all, ...toolSettings(tools), ...sampling(features), ...demands(features) };
  return fc.record(fields as Record<string, fc.Arbitrary<unknown>>) as fc.Arbitrary<Partial<NeutralRequest>>;
}

function toolSettings(tools: Tool[]) {
  if (tools.length === 0) return {};
  const named = fc.constantFrom(...tools).map((tool): ToolChoice => ({ type: 'tool', name: tool.name }));
  const plain = fc.constantFrom<ToolChoice>({ type: 'auto' }, { type: 'none' }, { type: 'required' });
  return { toolChoice: fc.option(fc.oneof(plain, named)), parallelToolCalls: fc.constantFrom(null, true, false) };
}

const quarters = (from: number, to: number): fc.Arbitrary<number> =>
  fc.integer({ min: from * 4, max: to * 4 }).map((count) => count / 4);

function sampling(features: Features) {
  const penalty = fc.option(quarters(-2, 2));
  return {
    ...(features.sampling && { temperature: fc.option(quarters(0, 1)), topP: fc.option(fc.constantFrom(0.5, 0.9, 1)) }),
    ...(features.topK && { topK: fc.option(fc.integer({ min: 1, max: 100 })) }),
    ...(features.seed && { seed: fc.option(fc.integer({ min: 0, max: 2 ** 31 - 1 })) }),
    ...(features.penalties && { presencePenalty: penalty, frequencyPenalty: penalty }),
    ...(features.stops && {
      stop: fc.uniqueArray(fc.constantFrom('END', '###', 'Stop.', 'Ende', '終わり'), { maxLength: 4 }),
    }),
    ...(features.choices && { choices: fc.constantFrom(null, 1, 2, 3) }),
    ...(features.logprobs && { logprobs: fc.option(fc.record({ top: fc.integer({ min: 0, max: 5 }) })) }),
    ...(features.logitBias && { logitBias: fc.constantFrom(null, { 50256: -100 }) }),
  };
}

function demands(features: Features) {
  const effort = fc.constantFrom<'minimal' | 'low' | 'medium' | 'high'>('minimal', 'low', 'medium', 'high');
  return {
    ...(features.answerFormats && { answerFormat: fc.option(formats()) }),
    ...(features.effort && { reasoning: fc.option(effort.map((hard) => ({ effort: hard, ...unsaidReasoning }))) }),
    ...(features.user && { user: fc.constantFrom('', 'user-42') }),
    ...(features.metadata && { metadata: fc.constantFrom(null, { topic: 'demo', size: 'größer' }) }),
    ...(features.cacheKey && { cacheKey: fc.constantFrom('', 'tenant-7') }),
    ...(features.serviceTier && { serviceTier: fc.constantFrom('', 'auto', 'default', 'flex', 'priority') }),
    ...(features.extra && {
      extra: fc.constantFrom<Record<string, unknown>>({}, { chat_template_kwargs: { thinking: true } }),
    }),
  };
}

const unsaidReasoning = { budgetTokens: null, visible: null };

const formats = (): fc.Arbitrary<AnswerFormat> =>
  fc.oneof(
    fc.constantFrom<AnswerFormat>({ type: 'text' }, { type: 'json' }),
    fc
      .tuple(fc.constantFrom('', 'Wetterbericht.'), fc.constantFrom(null, true, false))
      .map(([description, strict]): AnswerFormat => {
        return { type: 'schema', name: 'report', description, schema, strict };
      }),
  );
