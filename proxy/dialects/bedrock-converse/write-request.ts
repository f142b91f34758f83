// Writes a request for Converse. Model and streaming stand in its path: /model/{id}/converse or …/converse-stream.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { leftOut } from '../neutral/left-out.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';
import { lacksSchemas } from './models.ts';
import { writeMessages } from './write-messages.ts';
import { samplingOf } from './write-sampling.ts';
import { thinkingOf } from './write-thinking.ts';
import { toolConfig } from './write-tools.ts';

/** Fields of Converse itself; whatever else a client adds is meant for the model. */
const ownFields = new Set([
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
  'serviceTier',
]);

export function writeConverse(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const { model } = target;
  const unsupported = leftOut(request, 'Bedrock', [
    'parallelToolCalls',
    'choices',
    'logprobs',
    'logitBias',
    'seed',
    'presencePenalty',
    'frequencyPenalty',
    'user',
    'cacheKey',
    'serviceTier',
  ]);
  const { system, messages } = writeMessages(request.messages, { model, unsupported, documentNames: new Set() });
  const thinking = thinkingOf(request, target);
  if (thinking.problem !== '') unsupported.push({ field: 'reasoning', changesAnswer: false, reason: thinking.problem });
  const sampling = samplingOf(request, { model, thinks: 'thinking' in thinking.fields, unsupported });
  const maxTokens = thinking.maxTokens === null ? {} : { maxTokens: thinking.maxTokens };
  const { own, forModel } = extraFields(request.extra);
  const fields = { ...forModel, ...sampling.fields, ...thinking.fields };
  const body: JsonObject = {
    messages,
    ...(system.length === 0 ? {} : { system }),
    inferenceConfig: { ...maxTokens, ...sampling.inferenceConfig },
    ...toolConfig(request, { model, unsupported, documentNames: new Set() }),
    ...outputConfig(request, model, unsupported),
    ...requestMetadata(request.metadata, unsupported),
    ...(Object.keys(fields).length === 0 ? {} : { additionalModelRequestFields: fields }),
  };
  return { body: { ...own, ...body }, headers: {}, unsupported };
}

function extraFields(extra: Record<string, unknown>): { own: JsonObject; forModel: JsonObject } {
  const entries = Object.entries(extra);
  return {
    own: Object.fromEntries(entries.filter(([name]) => ownFields.has(name))),
    forModel: {
      ...Object.fromEntries(entries.filter(([name]) => !ownFields.has(name))),
      ...asObject(extra.additionalModelRequestFields),
    },
  };
}

function outputConfig({ answerFormat }: NeutralRequest, model: string, unsupported: Unsupported[]): JsonObject {
  if (answerFormat === null || answerFormat.type === 'text') return {};
  if (answerFormat.type === 'json' || lacksSchemas(model)) {
    const reason = answerFormat.type === 'json' ? 'Bedrock has no JSON without a schema' : 'this model takes no schema';
    unsupported.push({ field: 'answerFormat', changesAnswer: true, reason });
    return {};
  }
  const { name, description, schema } = answerFormat;
  const described = description === '' ? {} : { description };
  const jsonSchema = { ...(name === '' ? {} : { name }), ...described, schema: JSON.stringify(schema) };
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (requestMetadata) */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

function requestMetadata(metadata: Record<string, string> | null, unsupported: Unsupported[]): JsonObject {
  const entries = Object.entries(metadata ?? {});
  if (entries.length === 0) return {};
  if (entries.length <= 16 && entries.every(([name, value]) => metadataText.test(name) && metadataText.test(value))) {
    return { requestMetadata: { ...metadata } };
  }
  const reason = 'Bedrock takes 16 short entries of plain characters';
  unsupported.push({ field: 'metadata', changesAnswer: false, reason });
  return {};
}
