// Writes a request for generateContent and streamGenerateContent; model and stream stand in the path.
// https://ai.google.dev/api/generate-content
import { changesAnswer } from '../neutral/left-out.ts';
import type { NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { addExtra } from './extra.ts';
import { writeContents } from './write-contents.ts';
import { generationConfig } from './write-generation-config.ts';

export function writeRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const unsupported: Unsupported[] = [];
  const { systemInstruction, contents } = writeContents(request.messages, target.model, unsupported);
  const body: Record<string, unknown> = { contents };
  if (systemInstruction !== null) body.systemInstruction = systemInstruction;
  if (request.tools.length > 0) {
    body.tools = [{ functionDeclarations: request.tools.map(declaration) }];
    // Without functions to call, a way of calling them is refused.
    if (request.toolChoice !== null) body.toolConfig = { functionCallingConfig: callingConfig(request.toolChoice) };
  }
  const config = generationConfig(request, target.model, unsupported);
  if (Object.keys(config).length > 0) body.generationConfig = config;
  if (sharedTiers.has(request.serviceTier)) body.serviceTier = request.serviceTier;
  addExtra(body, request.extra, unsupported);
  reportUnsaid(request, unsupported);
  return { body, headers: {}, unsupported };
}

/** Tiers that Google calls alike, and those that mean what it does unasked. */
const sharedTiers = new Set(['flex', 'priority']);
const usualTiers = new Set(['', 'auto', 'default', 'standard', 'standard_only']);

/** parametersJsonSchema takes plain JSON Schema; `parameters` would refuse $ref and additionalProperties. */
function declaration({ name, description, parameters }: Tool): Record<string, unknown> {
  return {
    name,
    ...(description === '' ? {} : { description }),
    ...(parameters === null ? {} : { parametersJsonSchema: parameters }),
  };
}

function callingConfig(choice: ToolChoice): Record<string, unknown> {
  switch (choice.type) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  }
}

/** Fields whose absence nobody would read in the answer. */
function reportUnsaid(request: NeutralRequest, unsupported: Unsupported[]): void {
  const say = (field: Unsupported['field'], reason: string, changesAnswer = false): void => {
    unsupported.push({ field, changesAnswer, reason });
  };
  if (request.parallelToolCalls === false) say('parallelToolCalls', 'Gemini may call several tools at once');
  if (request.tools.some((tool) => tool.strict)) say('tools', 'Gemini has no strict mode for a single tool');
  if (request.logitBias !== null) say('logitBias', 'Gemini has none');
  if (request.user !== '') say('user', 'Gemini takes no user id');
  if (request.metadata !== null) say('metadata', 'Gemini takes none');
  if (request.cacheKey !== '') say('cacheKey', 'Gemini caches by itself');
  if (!sharedTiers.has(request.serviceTier) && !usualTiers.has(request.serviceTier))
    say('serviceTier', `Gemini has no tier "${request.serviceTier}"`);
  if (request.messages.some((message) => message.name !== '')) say('messages', 'Gemini has no names of participants');
  if (hasCacheMarks(request)) say('messages', 'Gemini caches by itself and takes no marks');
  for (const field of Object.keys(request.beyond)) say(field, 'it has no counterpart at Gemini', changesAnswer(field));
}

function hasCacheMarks({ messages, tools }: NeutralRequest): boolean {
  if (tools.some((tool) => tool.cache)) return true;
  return messages.some((message) => message.content.some((part) => 'cache' in part && part.cache));
}
