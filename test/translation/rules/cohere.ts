// What Cohere's API accepts, from its reference: https://docs.cohere.com/v2/reference/chat and …/embed
import {
  anything,
  isFilled,
  isFlag,
  isObject,
  isText,
  type Loose,
  listOf,
  matches,
  oneOf,
  shape,
  whole,
  within,
} from './shape.ts';

const textBlock = shape({ type: oneOf('text'), text: isText });
const imageBlock = shape({
  type: oneOf('image_url'),
  image_url: shape({
    url: matches(/^(?:https?:|data:image\/[\w.+-]+;base64,)/),
    'detail?': oneOf('low', 'high', 'auto'),
  }),
});
const thinkingBlock = shape({ type: oneOf('thinking'), thinking: isText });

const content =
  (...blocks: Record<string, (value: Loose, at: string) => string[]>[]) =>
  (value: Loose, at: string): string[] => {
    if (typeof value === 'string') return [];
    const known = Object.assign({}, ...blocks);
    return listOf((block, where) => known[block?.type]?.(block, where) ?? [`${where} is of no known type`], 1)(
      value,
      at,
    );
  };

const messages: Record<string, (value: Loose, at: string) => string[]> = {
  system: shape({ role: anything, content: content({ text: textBlock }) }),
  user: shape({ role: anything, content: content({ text: textBlock, image_url: imageBlock }) }),
  assistant: shape({
    role: anything,
    'content?': content({ text: textBlock, thinking: thinkingBlock }),
    'tool_plan?': isFilled,
    'tool_calls?': listOf(
      shape({
        id: isFilled,
        type: oneOf('function'),
        function: shape({ name: isFilled, arguments: (value, at) => jsonObject(value, at) }),
      }),
      1,
    ),
  }),
  tool: shape({ role: anything, tool_call_id: isFilled, content: content({ text: textBlock }) }),
};

function jsonObject(value: Loose, at: string): string[] {
  try {
    return isObject(JSON.parse(value), at);
  } catch {
    return [`${at} is no JSON`];
  }
}

const chat = shape({
  model: isFilled,
  stream: isFlag,
  messages: listOf((message, at) => messages[message?.role]?.(message, at) ?? [`${at} has no known role`], 1),
  'tools?': listOf(
    shape({
      type: oneOf('function'),
      function: shape({ name: matches(/^[\w-]+$/), 'description?': isFilled, parameters: isObject }),
    }),
    1,
  ),
  'strict_tools?': isFlag,
  'tool_choice?': oneOf('REQUIRED', 'NONE'),
  'response_format?': shape({ type: oneOf('text', 'json_object'), 'json_schema?': isObject }),
  'thinking?': shape({ type: oneOf('enabled', 'disabled'), 'token_budget?': whole(1) }),
  'max_tokens?': whole(1),
  'stop_sequences?': (value, at) => [
    ...listOf(isText, 1)(value, at),
    ...(value.length > 5 ? [`${at} are more than five`] : []),
  ],
  'temperature?': within(0, 2),
  'p?': within(0.01, 0.99),
  'k?': within(0, 500),
  'seed?': whole(0),
  'presence_penalty?': within(0, 1),
  'frequency_penalty?': within(0, 1),
  'safety_mode?': oneOf('CONTEXTUAL', 'STRICT', 'OFF'),
});

const embed = shape({
  model: isFilled,
  texts: listOf(isText, 1),
  input_type: oneOf('search_document', 'search_query', 'classification', 'clustering'),
  embedding_types: listOf(oneOf('float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'), 1),
  'output_dimension?': whole(1),
  'truncate?': oneOf('NONE', 'START', 'END'),
});

/** Results of tools come right after the calls they answer, one each. */
function order(list: Loose[]): string[] {
  const problems: string[] = [];
  let open: string[] = [];
  list.forEach((message, index) => {
    if (message.role === 'tool') {
      if (!open.includes(message.tool_call_id)) problems.push(`messages[${index}] answers no open call`);
      open = open.filter((id) => id !== message.tool_call_id);
      return;
    }
    if (open.length > 0) problems.push(`messages[${index}] comes before ${open.join(', ')} is answered`);
    open = (message.tool_calls ?? []).map((call: Loose) => call.id);
    if (message.role === 'assistant' && message.tool_plan && open.length === 0)
      problems.push(`messages[${index}] plans`);
  });
  if (open.length > 0) problems.push('calls stay open');
  return problems;
}

export function problemsOf(request: { path: string; headers: Record<string, string>; body: unknown }): string[] {
  const body = request.body as Loose;
  if (request.path === '/v2/embed') return embed(body, 'body');
  if (request.path !== '/v2/chat') return [`nothing is served at ${request.path}`];
  const problems = chat(body, 'body');
  if (problems.length > 0) return problems;
  if (body.tool_choice && !body.tools) problems.push('a tool choice without tools');
  return [...problems, ...order(body.messages)];
}
