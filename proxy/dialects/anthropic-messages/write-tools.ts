// Writes tools and the choice among them.
import { type NeutralRequest, RequestProblem, type Tool } from '../neutral/request.ts';
import { asText, type JsonObject } from '../reading/json-reading.ts';
import { closedSchema } from './closed-schema.ts';
import type { Block } from './write-blocks.ts';
import type { Writing } from './writing.ts';

const toolName = /^[a-zA-Z0-9_-]{1,128}$/;

export function writeTools(tools: Tool[], writing: Writing): Block[] {
  return tools.flatMap<Block>((tool, index) => {
    if (toolName.test(tool.name)) return writeTool(tool, `tools[${index}]`, writing);
    writing.refuse(`tools[${index}].name`, 'Anthropic takes letters, digits, _ and - in names of tools, 128 at most');
    return [];
  });
}

function writeTool(tool: Tool, field: string, writing: Writing): Block {
  const strict = writing.traits.schemas ? tool.strict : null;
  const { schema, branches } = objectSchema(tool.parameters ?? {}, `${field}.parameters`);
  const description = [tool.description, branches].filter((text) => text !== '').join('\n\n');
  return {
    name: tool.name,
    ...(description !== '' && { description }),
    input_schema: strict === true ? closedSchema(schema) : schema,
    ...(strict !== null && { strict }),
    ...writing.mark(tool.cache),
  };
}

/**
 * The schema of the input has to be an object's, without anyOf, oneOf or allOf at its top ("input_schema does not support
 * oneOf, allOf, or anyOf at the top level"); the model is told of those in words.
 */
function objectSchema(parameters: JsonObject, field: string): { schema: JsonObject; branches: string } {
  const { type = 'object' } = parameters;
  if (type !== 'object' && !(Array.isArray(type) && type.includes('object'))) {
    throw new RequestProblem(field, 'a JSON Schema of type "object"', `type ${JSON.stringify(type)}`);
  }
  const { anyOf, oneOf, allOf, ...rest } = parameters;
  const schema = parameters.type === 'object' ? rest : { ...rest, type: 'object' };
  if (anyOf === undefined && oneOf === undefined && allOf === undefined) return { schema, branches: '' };
  return { schema, branches: `The input also has to satisfy ${JSON.stringify({ anyOf, oneOf, allOf })}` };
}

/** Call after writeTools: a choice without tools, or of one that is not there, is refused. */
export function writeToolChoice(request: NeutralRequest, tools: Block[], writing: Writing): Block | null {
  const { toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    if (request.tools.length === 0 && forces(request))
      writing.refuse('toolChoice', 'there are no tools to choose from');
    return null;
  }
  const parallel = parallelToolCalls === null ? {} : { disable_parallel_tool_use: !parallelToolCalls };
  if (toolChoice === null) return parallelToolCalls === false ? { type: 'auto', ...parallel } : null;
  if (toolChoice.type === 'none') return { type: 'none' };
  if (toolChoice.type === 'auto') return { type: 'auto', ...parallel };
  if (!writing.traits.forcedTools) {
    writing.refuse('toolChoice', 'this model always thinks and cannot be made to call a tool');
    return { type: 'auto', ...parallel };
  }
  if (toolChoice.type === 'required') return { type: 'any', ...parallel };
  if (tools.some((tool) => asText(tool.name) === toolChoice.name))
    return { type: 'tool', name: toolChoice.name, ...parallel };
  writing.refuse('toolChoice', `no tool of the request is called "${toolChoice.name}"`);
  return { type: 'auto', ...parallel };
}

const forces = ({ toolChoice }: NeutralRequest): boolean =>
  toolChoice?.type === 'required' || toolChoice?.type === 'tool';
