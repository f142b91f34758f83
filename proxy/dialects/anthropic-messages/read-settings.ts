// Reads what stands beside the messages: tools, the choice among them, thinking, the format of the answer.
import { type AnswerFormat, type Reasoning, RequestProblem, type Tool, type ToolChoice } from '../neutral/request.ts';
import { asObject, asText } from '../reading/json-reading.ts';
import { asPlace, flagAt, found, listAt, numberAt, type Place, pathOf, placeAt, textAt } from './checked-fields.ts';
import { type Beyond, keepFields, readCache } from './read-blocks.ts';

const beyondTools = ['defer_loading', 'allowed_callers', 'input_examples', 'eager_input_streaming'];

/** Tools that Anthropic runs, and those whose schema only its models know (bash, text editor …), cannot cross over. */
export function readTools(body: Place, beyond: Beyond): Tool[] {
  return listAt(body, 'tools').flatMap((entry, index) => {
    const place = asPlace(entry, `tools[${index}]`);
    if ((place.object.type ?? 'custom') !== 'custom') {
      beyond[place.path] = place.object;
      return [];
    }
    const name = textAt(place, 'name');
    if (name === '') throw new RequestProblem(pathOf(place, 'name'), 'the name of the tool', found(place.object.name));
    keepFields(place, beyondTools, beyond);
    const parameters = placeAt(place, 'input_schema')?.object ?? null;
    const strict = flagAt(place, 'strict');
    return { name, description: textAt(place, 'description'), parameters, strict, ...readCache(place) };
  });
}

export interface ReadChoice {
  toolChoice: ToolChoice | null;
  parallelToolCalls: boolean | null;
}

export function readToolChoice(body: Place): ReadChoice {
  const place = placeAt(body, 'tool_choice');
  if (place === null) return { toolChoice: null, parallelToolCalls: null };
  const one = flagAt(place, 'disable_parallel_tool_use');
  return { toolChoice: choiceOf(place), parallelToolCalls: one === null ? null : !one };
}

function choiceOf(place: Place): ToolChoice {
  switch (place.object.type) {
    case 'auto':
    case 'none':
      return { type: place.object.type };
    case 'any':
      return { type: 'required' };
    case 'tool':
      return { type: 'tool', name: textAt(place, 'name') };
    default:
      throw new RequestProblem(pathOf(place, 'type'), '"auto", "any", "tool" or "none"', found(place.object.type));
  }
}

const efforts = new Set<unknown>(['low', 'medium', 'high', 'xhigh', 'max']);

export function readReasoning(body: Place, beyond: Beyond): Reasoning | null {
  const said = placeAt(body, 'output_config')?.object.effort;
  const effort = efforts.has(said) ? (said as Reasoning['effort']) : '';
  const unasked = effort === '' ? null : { effort, budgetTokens: null, visible: null };
  const place = placeAt(body, 'thinking');
  if (place === null) return unasked;
  const { display } = place.object;
  const visible = display === 'summarized' ? true : display === 'omitted' ? false : null;
  switch (place.object.type) {
    case 'disabled':
      return { effort: 'none', budgetTokens: null, visible: null };
    case 'enabled':
      return { effort, budgetTokens: numberAt(place, 'budget_tokens'), visible };
    case 'adaptive':
      return { effort, budgetTokens: null, visible };
    default:
      beyond.thinking = place.object;
      return unasked;
  }
}

/** `output_format` is what `output_config.format` was called while in beta. */
export function readAnswerFormat(body: Place, beyond: Beyond): AnswerFormat | null {
  const config = placeAt(body, 'output_config');
  const format = (config && placeAt(config, 'format')) ?? placeAt(body, 'output_format');
  for (const [name, value] of Object.entries(config?.object ?? {})) {
    if (name !== 'format' && name !== 'effort') beyond[`output_config.${name}`] = value;
  }
  if (format === null) return null;
  const schema = asObject(format.object.schema);
  if (asText(format.object.type) !== 'json_schema' || schema === null) {
    throw new RequestProblem(format.path, 'of type "json_schema", with a schema', found(format.object.type));
  }
  return { type: 'schema', name: '', description: '', schema, strict: null };
}
