// Asking Gemini: tools, formats, thinking, fields of its own, and what is left out.
import { describe, expect, it } from 'vitest';
import { say, write } from './gemini-request.ts';

describe('the settings of a request to Gemini', () => {
  it('declares tools with their JSON Schema as it is', () => {
    const parameters = { type: 'object', $defs: { a: {} }, properties: { a: { $ref: '#/$defs/a' } } };
    const tools = [{ name: 'f', description: 'does', parameters, strict: null }];
    const { body } = write({ messages: [say('user', 'Go')], tools, toolChoice: { type: 'tool', name: 'f' } });
    expect(body.tools).toEqual([
      { functionDeclarations: [{ name: 'f', description: 'does', parametersJsonSchema: parameters }] },
    ]);
    expect(body.toolConfig).toEqual({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } });
  });

  it('leaves out a JSON format beside tools where the model takes only one of them', () => {
    const tools = [{ name: 'f', description: '', parameters: null, strict: null }];
    const request = { messages: [say('user', 'Go')], tools, answerFormat: { type: 'json' } as const };
    expect(write(request).body.generationConfig).toEqual({ responseMimeType: 'application/json' });
    const older = write(request, 'gemini-2.5-flash');
    expect(older.body.generationConfig).toBeUndefined();
    expect(older.unsupported).toMatchObject([{ field: 'answerFormat', changesAnswer: true }]);
  });

  it.each([
    ['gemini-3-flash-preview', 'minimal', null, { thinkingLevel: 'MINIMAL' }],
    ['gemini-3.7-flash', 'none', null, { thinkingLevel: 'LOW' }],
    ['gemini-3.1-flash-lite', 'none', null, { thinkingLevel: 'MINIMAL' }],
    ['gemini-3-pro-preview', 'medium', null, { thinkingLevel: 'HIGH' }],
    ['gemini-3.1-pro-preview', 'medium', null, { thinkingLevel: 'MEDIUM' }],
    ['gemini-3.1-pro-preview', 'max', null, { thinkingLevel: 'HIGH' }],
    ['gemini-pro-latest', '', 500, { thinkingLevel: 'LOW' }],
    ['gemini-2.5-flash', 'none', null, { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', null, { thinkingBudget: 128 }],
    ['gemini-2.5-flash', 'high', null, { thinkingBudget: 24_576 }],
    ['gemini-2.5-flash', 'low', 2000, { thinkingBudget: 2000 }],
    ['gemini-2.5-flash-lite', '', 100, { thinkingBudget: 512 }],
    ['gemini-2.5-flash', '', 99_999, { thinkingBudget: 24_576 }],
    ['gemini-2.0-flash', 'high', null, undefined],
    ['gemma-3-27b-it', 'high', null, undefined],
  ] as const)('asks %s to think %s (%s tokens) as %j', (model, effort, budgetTokens, expected) => {
    const { body } = write(
      { messages: [say('user', 'Go')], reasoning: { effort, budgetTokens, visible: null } },
      model,
    );
    expect(body.generationConfig?.thinkingConfig).toEqual(expected);
  });

  it('shows thoughts when asked to', () => {
    const reasoning = { effort: '', budgetTokens: null, visible: true } as const;
    expect(write({ messages: [say('user', 'Go')], reasoning }).body.generationConfig).toEqual({
      thinkingConfig: { includeThoughts: true },
    });
  });

  it('takes Gemini’s own fields along, never over what is said already, and no others', () => {
    const safetySettings = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }];
    const generation_config = {
      temperature: 2,
      media_resolution: 'MEDIA_RESOLUTION_LOW',
      thinking_config: { includeThoughts: true },
    };
    const extra = { safety_settings: safetySettings, generation_config, contents: [], top_a: 1, __proto__: null };
    const reasoning = { effort: 'low', budgetTokens: null, visible: null } as const;
    const { body, unsupported } = write({ messages: [say('user', 'Go')], temperature: 0.5, reasoning, extra });
    expect(body.safetySettings).toEqual(safetySettings);
    expect(body.generationConfig).toEqual({
      temperature: 0.5,
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
      thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true },
    });
    expect(body.contents).toHaveLength(1);
    expect(unsupported.map((one) => one.field)).toEqual(['contents', 'top_a']);
  });

  it('leaves the client’s objects as they are, said in both spellings or not', () => {
    const extra = { generationConfig: { topK: 1 }, generation_config: { top_k: 2, mediaResolution: 'x' } };
    const before = structuredClone(extra);
    expect(write({ extra }).body.generationConfig).toEqual({ topK: 1, mediaResolution: 'x' });
    expect(extra).toEqual(before);
  });

  it('says what it leaves out, and whether that changes the answer', () => {
    const { unsupported } = write({
      messages: [say('user', 'Go')],
      ...{ user: 'u', logitBias: { 1: 2 }, seed: 2 ** 40, serviceTier: 'scale', stop: ['1', '2', '3', '4', '5', '6'] },
      beyond: { store: true, web_search_options: {} },
    });
    const told = Object.fromEntries(unsupported.map((one) => [one.field, one.changesAnswer]));
    expect(told).toEqual({
      ...{ user: false, logitBias: false, seed: false, serviceTier: false, stop: true },
      ...{ store: false, web_search_options: true },
    });
  });
});
