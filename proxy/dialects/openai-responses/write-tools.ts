// Writes tools, the choice among them and the format of the answer in the words of /responses, for requests and for the
// echo of the request in an answer.
import type { AnswerFormat, NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';

export function writeToolFields({ tools, toolChoice, parallelToolCalls }: NeutralRequest): JsonObject {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(writeTool),
    ...(toolChoice === null ? {} : { tool_choice: writeToolChoice(toolChoice) }),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

/** Left out, `strict` is true here and false in every other format: a schema that is not made for it would be refused. */
export function writeTool({ name, description, parameters, strict }: Tool): JsonObject {
  const described = description === '' ? {} : { description };
  const schema = parameters ?? { type: 'object', properties: {} };
  return { type: 'function', name, ...described, parameters: schema, strict: strict ?? false };
}

export function writeToolChoice(choice: ToolChoice): unknown {
  return choice.type === 'tool' ? { type: 'function', name: choice.name } : choice.type;
}

export function writeFormat(format: AnswerFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json') return { type: 'json_object' };
  // The name is required, and may hold nothing but letters, digits, _ and -.
  const name = format.name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'answer';
  const described = format.description === '' ? {} : { description: format.description };
  return { type: 'json_schema', name, ...described, schema: format.schema, strict: format.strict ?? false };
}
