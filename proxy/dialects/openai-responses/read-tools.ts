// Reads what a /responses request says about tools and about the format of the answer.
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

export function readTools(body: JsonObject, beyond: JsonObject): Tool[] {
  const tools: Tool[] = [];
  optionalList(body, 'tools').forEach((entry, index) => {
    const path = `tools[${index}]`;
    const tool = objectAt(entry, path);
    // Tools that run at the provider, tools that take free text, and groups of tools.
    if (tool.type !== 'function') beyond[path] = tool;
    else tools.push(readFunction(tool, path));
  });
  return tools;
}

function readFunction(tool: JsonObject, path: string): Tool {
  return {
    name: textAt(tool.name, `${path}.name`),
    description: optionalText(tool, 'description', `${path}.description`),
    parameters: optionalObject(tool, 'parameters', `${path}.parameters`),
    strict: optionalFlag(tool, 'strict', `${path}.strict`),
  };
}

const plainChoices: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
};

export function readToolChoice(body: JsonObject, beyond: JsonObject): ToolChoice | null {
  const choice = body.tool_choice;
  if (choice === undefined || choice === null) return null;
  const plain = typeof choice === 'string' ? plainChoices[choice] : undefined;
  if (plain) return plain;
  const wanted = asObject(choice) ?? refuse('tool_choice', '"auto", "none", "required" or an object', choice);
  if (wanted.type === 'function') return { type: 'tool', name: textAt(wanted.name, 'tool_choice.name') };
  beyond.tool_choice = wanted;
  // Of "only these tools" the mode is kept; the rest, as a tool of the provider's, can be said nowhere else.
  return wanted.type === 'allowed_tools' ? (plainChoices[String(wanted.mode)] ?? null) : null;
}

/** `text.format`; `text.verbosity` is OpenAI's alone. */
export function readAnswerFormat(body: JsonObject, beyond: JsonObject): AnswerFormat | null {
  const text = optionalObject(body, 'text');
  if (text === null) return null;
  if (text.verbosity !== undefined && text.verbosity !== null) beyond['text.verbosity'] = text.verbosity;
  const path = 'text.format';
  const format = optionalObject(text, 'format', path);
  if (format === null) return null;
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  if (format.type !== 'json_schema') {
    beyond[path] = format;
    return null;
  }
  return {
    type: 'schema',
    name: optionalText(format, 'name', `${path}.name`),
    description: optionalText(format, 'description', `${path}.description`),
    schema: optionalObject(format, 'schema', `${path}.schema`) ?? {},
    strict: optionalFlag(format, 'strict', `${path}.strict`),
  };
}
