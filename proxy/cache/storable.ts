// What must never be given twice, whatever anybody wishes: requests that leave something behind at the provider, or rest on
// something that does, and answers that are less than the model had to say.
import type { DialectName, Operation } from '../../contract/words.ts';
import type { Reading } from '../dialects/dialect.ts';
import { dialects } from '../dialects/index.ts';
import { eventSplitterFor } from '../observe/event-splitter.ts';
import { signsOf } from '../observe/stream-signs.ts';

type Body = Record<string, unknown>;

const cacheable = new Set<Operation>(['chat', 'generate_content', 'text_completion', 'embeddings']);

export const isCacheable = (operation: Operation): boolean => cacheable.has(operation);

const statefulFields = ['previous_response_id', 'conversation', 'container'];

/** Kept at the provider under a name, a part of a conversation that lives there, or done later. */
export function leavesTraces(body: Body): boolean {
  if (body.store === true || body.background === true) return true;
  // Text completions say in `prompt` what they ask; for Responses it names a template at the provider.
  const template = isSaid(body.prompt) && typeof body.prompt === 'object' && !Array.isArray(body.prompt);
  return template || statefulFields.some((name) => isSaid(body[name]));
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The provider itself looks something up or runs something, and may find something else next time. */
export function looksThingsUp(body: Body): boolean {
  if (['web_search_options', 'mcp_servers', 'plugins'].some((name) => isSaid(body[name]))) return true;
  const { tools } = body;
  return Array.isArray(tools) && tools.some((tool) => !isClientsOwn(tool as Body | null));
}

/** A tool that the client runs: OpenAI's functions, Anthropic's without a type or `custom`, Gemini's declarations. */
function isClientsOwn(tool: Body | null): boolean {
  if (tool === null || typeof tool !== 'object') return false;
  if ('functionDeclarations' in tool || 'function_declarations' in tool) return Object.keys(tool).length === 1;
  return tool.type === undefined || tool.type === 'function' || tool.type === 'custom';
}

export function isDeterministic(body: Body, operation: Operation): boolean {
  if (operation === 'embeddings') return true;
  const inner = (body.generationConfig ?? body.generation_config) as Body | null | undefined;
  return (body.temperature ?? inner?.temperature) === 0;
}

export interface AnswerBytes {
  wire: DialectName;
  operation: Operation;
  contentType: string;
  body: Buffer;
}

/** What an answer says; null where it is not whole, not well, or not to be read. */
export function readWhole({ wire, operation, contentType, body }: AnswerBytes): Reading | null {
  const reader = dialects[wire].reader(operation);
  const splitter = eventSplitterFor(contentType);
  if (splitter) {
    const signs = signsOf(wire);
    let ended = !signs.ends;
    for (const event of [...splitter.push(body), ...splitter.end()]) {
      reader.event(event);
      ended ||= signs.isTerminal(event);
    }
    if (!ended || splitter.dropped > 0) return null;
  } else {
    const json = parsed(body);
    if (json === null || typeof json !== 'object' || isSaid((json as Body).error)) return null;
    reader.whole(json);
  }
  const reading = reader.reading();
  return reading.error === null ? reading : null;
}

/** Of an answer that is no first choice: a quote inside a text has a backslash before it. */
const cutShort = /"finish_?[rR]eason"\s*:\s*"(?:length|content_filter|max_tokens|MAX_TOKENS|SAFETY)"/;

/** Whether it may be given again. `everything`: calls of tools, too. */
export function isWhole({ answer, finish }: Reading, bytes: AnswerBytes, everything: boolean): boolean {
  if (bytes.operation === 'embeddings') return true;
  if (answer !== null && answer.alternatives.length > 0 && cutShort.test(bytes.body.toString('latin1'))) return false;
  const calls = finish?.unified === 'tool_calls' || (answer?.toolCalls.length ?? 0) > 0;
  return calls ? everything && finishesWell(finish) : finish?.unified === 'stop';
}

const finishesWell = (finish: Reading['finish']): boolean =>
  finish?.unified === 'tool_calls' || finish?.unified === 'stop';

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
