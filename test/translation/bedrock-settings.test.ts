// Asking Converse: thinking, sampling, formats and caching, which each family of models on Bedrock takes in its own way.
import { describe, expect, it } from 'vitest';
import type { AnswerFormat, Reasoning } from '../../proxy/dialects/neutral/request.ts';
import { asking, text, tool, user } from './asking.ts';

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const newest = 'eu.anthropic.claude-opus-5-v1:0';
const nova = 'us.amazon.nova-pro-v1:0';
const write = asking('bedrock-converse', claude);
const thinking = (effort: Reasoning['effort'], budgetTokens: number | null = null) => {
  return { reasoning: { effort, budgetTokens, visible: null } };
};

describe('thinking on Bedrock', () => {
  it('is a budget within the limit of the answer, which is set where nobody did', () => {
    const { body } = write(thinking('medium'));
    expect(body.additionalModelRequestFields).toEqual({ thinking: { type: 'enabled', budget_tokens: 8192 } });
    expect(body.inferenceConfig).toEqual({ maxTokens: 16_384 });
    expect(write({ ...thinking('max'), maxTokens: 4000 }).body).toMatchObject({
      inferenceConfig: { maxTokens: 4000 },
      additionalModelRequestFields: { thinking: { budget_tokens: 2976 } },
    });
    expect(write(thinking('', 2000), { maxOutputTokens: 4096 }).body).toMatchObject({
      inferenceConfig: { maxTokens: 4096 },
      additionalModelRequestFields: { thinking: { budget_tokens: 2000 } },
    });
  });

  it('is left out where there is no room for it, or a tool must be called', () => {
    const cramped = write({ ...thinking('low'), maxTokens: 1500 });
    expect(cramped.told).toEqual([['reasoning', false]]);
    expect(cramped.body).not.toHaveProperty('additionalModelRequestFields');
    const forced = write({ ...thinking('low'), tools: [tool], toolChoice: { type: 'required' } });
    expect(forced.told).toEqual([['reasoning', false]]);
    expect(forced.body.toolConfig.toolChoice).toEqual({ any: {} });
  });

  it('is the affair of the newest Claude itself, in gpt-oss a word, and unknown elsewhere', () => {
    expect(write(thinking('xhigh'), { model: newest }).body.additionalModelRequestFields).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    const oss = write(thinking('minimal'), { model: 'openai.gpt-oss-120b-1:0' });
    expect(oss.body.additionalModelRequestFields).toEqual({ reasoning_effort: 'low' });
    expect(write(thinking('high'), { model: nova }).told).toEqual([['reasoning', false]]);
    expect(write(thinking('none'), { model: nova }).told).toEqual([]);
  });
});

describe('sampling on Bedrock', () => {
  const sampling = { temperature: 0.5, topP: 0.9, topK: 5 };

  it('is temperature or top-p for Claude, neither where it thinks', () => {
    expect(write(sampling).body).toMatchObject({
      inferenceConfig: { temperature: 0.5 },
      additionalModelRequestFields: { top_k: 5 },
    });
    expect(write(sampling).told).toEqual([['topP', false]]);
    expect(write(sampling, { model: newest }).body.inferenceConfig).toEqual({});
    const told = ['temperature', 'topP', 'topK'].map((field) => [field, false]);
    expect(write({ ...sampling, ...thinking('low') }).told).toEqual(told);
    const old = write(sampling, { model: 'anthropic.claude-3-haiku-20240307-v1:0' });
    expect(old.body.inferenceConfig).toEqual({ temperature: 0.5, topP: 0.9 });
  });

  it('has a top-k where the model has one', () => {
    expect(write(sampling, { model: nova }).body.additionalModelRequestFields).toEqual({
      inferenceConfig: { topK: 5 },
    });
    expect(write(sampling, { model: 'meta.llama4' }).told).toEqual([['topK', false]]);
  });
});

describe('the rest of a request to Bedrock', () => {
  const schema: AnswerFormat = {
    type: 'schema',
    name: 'city',
    description: '',
    schema: { type: 'object' },
    strict: true,
  };

  it('carries a schema as text, for models that take one', () => {
    expect(write({ answerFormat: schema }).body.outputConfig).toEqual({
      textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'city', schema: '{"type":"object"}' } } },
    });
    for (const model of [nova, 'anthropic.claude-sonnet-4-20250514-v1:0', 'meta.llama4'])
      expect(write({ answerFormat: schema }, { model }).told).toEqual([['answerFormat', true]]);
    expect(write({ answerFormat: { type: 'json' } }).told).toEqual([['answerFormat', true]]);
  });

  it('marks what to remember where the model can', () => {
    const messages = [user({ type: 'text', text: 'long', cache: { ttl: '1h' } }, text('short'))];
    const asked = { messages, tools: [{ ...tool, cache: { ttl: '5m' as const } }] };
    expect(write(asked).body).toMatchObject({
      messages: [{ content: [{ text: 'long' }, { cachePoint: { type: 'default', ttl: '1h' } }, { text: 'short' }] }],
      toolConfig: { tools: [{}, { cachePoint: { type: 'default' } }] },
    });
    expect(write(asked, { model: nova }).told).toEqual([['tools[0]', false]]);
    expect(write(asked, { model: 'meta.llama4' }).told).toEqual([
      ['messages[0].content[0]', false],
      ['tools[0]', false],
    ]);
  });

  it('hands fields of Converse on beside the others, and those of the model to the model', () => {
    const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' };
    const extra = { guardrailConfig, anthropic_beta: ['x'], additionalModelRequestFields: { top_k: 1 }, messages: [] };
    const { body } = write({ messages: [user(text('hi'))], topK: 7, metadata: { topic: 'demo' }, extra });
    expect(body).toMatchObject({
      guardrailConfig,
      requestMetadata: { topic: 'demo' },
      additionalModelRequestFields: { anthropic_beta: ['x'], top_k: 7 },
    });
    expect(body.messages).toHaveLength(1);
    expect(write({ metadata: { topic: 'größer' } }).told).toEqual([['metadata', false]]);
  });
});
