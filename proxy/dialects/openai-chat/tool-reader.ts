// Reads what a chat request says about tools, the older functions among them, and about the format of the answer.
import type { AnswerFormat, Tool, ToolChoice } from '../neutral/request.ts';
import {
  objectAt,
  optionalFlag,
  optionalList,
  optionalObject,
  optionalText,
  refuse,
  textAt,
} from '../openai/expected.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';
import { cacheMark } from './part-reader.ts';

export function readTools(body: JsonObject, beyond: JsonObject): Tool[] {
  const tools: Tool[] = [];
  optionalList(body, 'tools').forEach((entry, index) => {
    const path = `tools[${index}]`;
    const tool = objectAt(entry, path);
    // Custom tools (free text instead of JSON) and tools that run at the provider.
    if (tool.type !== 'function' && tool.type !== undefined) beyond[path] = tool;
    else tools.push({ ...readFunction(tool.function, `${path}.function`), ...cacheMark(tool) });
  });
  optionalList(body, 'functions').forEach((entry, index) => {
    tools.push(readFunction(entry, `functions[${index}]`));
  });
  return tools;
}

function readFunction(value: unknown, path: string): Tool {
  const described = objectAt(value, path);
  return {
    name: textAt(described.name, `${path}.name`),
    description: optionalText(described, 'description', `${path}.description`),
    parameters: optionalObject(described, 'parameters', `${path}.parameters`),
    strict: optionalFlag(described, 'strict', `${path}.strict`),
  };
}

/** Mistral's "any" is read as well: its clients are pointed at gateways too. */
const plainChoices: Record<string, ToolChoice> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
  any: { type: 'required' },
};

export function readToolChoice(body: JsonObject, beyond: JsonObject): ToolChoice | null {
  const choice = body.tool_choice ?? body.function_call;
  const path = body.tool_choice === undefined || body.tool_choice === null ? 'function_call' : 'tool_choice';
  if (choice === undefined || choice === null) return null;
  const plain = typeof choice === 'string' ? plainChoices[choice] : undefined;
  if (plain) return plain;
  const wanted = asObject(choice) ?? refuse(path, '"auto", "none", "required" or an object', choice);
  if (wanted.type === 'allowed_tools') {
    // The mode is kept; that only some of the tools may be called cannot be said elsewhere.
    beyond['tool_choice.allowed_tools'] = wanted.allowed_tools;
    return plainChoices[String(asObject(wanted.allowed_tools)?.mode)] ?? null;
  }
  if (wanted.type === 'custom') {
    beyond.tool_choice = wanted;
    return null;
  }
  const named = path === 'function_call' ? wanted : objectAt(wanted.function, `${path}.function`);
  return {
    type: 'tool',
    name: textAt(named.name, path === 'function_call' ? `${path}.name` : `${path}.function.name`),
  };
}

export function readAnswerFormat(body: JsonObject, beyond: JsonObject): AnswerFormat | null {
  const format = optionalObject(body, 'response_format');
  if (format === null) return null;
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  if (format.type !== 'json_schema') {
    // A grammar, a regular expression: other servers know more formats.
    beyond.response_format = format;
    return null;
  }
  const path = 'response_format.json_schema';
  const described = objectAt(format.json_schema, path);
  return {
    type: 'schema',
    name: optionalText(described, 'name', `${path}.name`),
    description: optionalText(described, 'description', `${path}.description`),
    schema: optionalObject(described, 'schema', `${path}.schema`) ?? {},
    strict: optionalFlag(described, 'strict', `${path}.strict`),
  };
}
