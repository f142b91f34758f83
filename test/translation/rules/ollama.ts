// What Ollama's API accepts, from https://github.com/ollama/ollama/blob/main/docs/api.md
import {
  anything,
  isBase64,
  isFilled,
  isFlag,
  isObject,
  isText,
  type Loose,
  listOf,
  oneOf,
  shape,
  whole,
  within,
} from './shape.ts';

const message = (value: Loose, at: string): string[] => {
  const spoken = { role: anything, content: isText, 'images?': listOf(isBase64, 1) };
  const call = shape({ function: shape({ name: isFilled, arguments: isObject }) });
  const kinds: Record<string, (given: Loose, where: string) => string[]> = {
    system: shape(spoken),
    user: shape(spoken),
    assistant: shape({ ...spoken, 'thinking?': isFilled, 'tool_calls?': listOf(call, 1) }),
    tool: shape({ ...spoken, 'tool_name?': isFilled }),
  };
  return kinds[value?.role]?.(value, at) ?? [`${at} has no known role`];
};

const options = shape({
  'num_predict?': whole(-2),
  'temperature?': within(0, 2),
  'top_p?': within(0, 1),
  'top_k?': whole(1),
  'seed?': whole(0),
  'stop?': listOf(isFilled, 1),
  'presence_penalty?': within(-2, 2),
  'frequency_penalty?': within(-2, 2),
  'num_ctx?': whole(1),
});

const chat = shape({
  model: isFilled,
  stream: isFlag,
  messages: listOf(message, 1),
  'tools?': listOf(
    shape({
      type: oneOf('function'),
      function: shape({ name: isFilled, description: isText, parameters: isObject }),
    }),
    1,
  ),
  'format?': (value, at) => (value === 'json' ? [] : isObject(value, at)),
  'think?': oneOf(true, false, 'low', 'medium', 'high'),
  'options?': options,
  'keep_alive?': anything,
});

const embed = shape({
  model: isFilled,
  input: listOf(isText, 1),
  'dimensions?': whole(1),
  'truncate?': isFlag,
  'keep_alive?': anything,
});

export function problemsOf(request: { path: string; headers: Record<string, string>; body: unknown }): string[] {
  const body = request.body as Loose;
  if (request.path === '/api/embed') return embed(body, 'body');
  if (request.path !== '/api/chat') return [`nothing is served at ${request.path}`];
  const problems = chat(body, 'body');
  if (problems.length > 0) return problems;
  // Results have no ids: they answer the calls before them in order, under the names of their tools.
  let called: string[] = [];
  body.messages.forEach(({ role, tool_calls: calls = [], tool_name: name }: Loose, index: number) => {
    if (role !== 'tool') called = calls.map((call: Loose) => call.function.name);
    else if (called.shift() !== name) problems.push(`messages[${index}] answers none of the calls before it`);
  });
  return problems;
}
