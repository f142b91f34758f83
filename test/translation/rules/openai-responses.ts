// What OpenAI's /responses accepts, strictly: its reference, and the errors its users report.
// https://platform.openai.com/docs/api-reference/responses/create
import { isJsonObject, type Outgoing } from './chat-turns.ts';
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

type Check = typeof isText;

const identifier = matches(/^[a-zA-Z0-9_-]{1,64}$/);
const callId = matches(/^.{1,64}$/s);
const dataUrl = matches(/^data:[a-z]+\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+=*$/);
const address = matches(/^https?:\/\//);

/** Picks the check by what stands in `type`. */
const byType =
  (checks: Record<string, Check>): Check =>
  (value, at) =>
    checks[String(value?.type)]?.(value, at) ?? [`${at} has the type ${value?.type}`];

const image: Check = (part, at) => [
  ...shape({
    type: anything,
    'image_url?': anything,
    'file_id?': isFilled,
    detail: oneOf('low', 'high', 'auto', 'original'),
  })(part, at),
  ...(part.file_id !== undefined || dataUrl(part.image_url, at).length * address(part.image_url, at).length === 0
    ? []
    : [`${at} shows no image`]),
];

/** A file is in one place; bytes need a name with an ending. */
const file: Check = (part, at) => {
  const places = ['file_id', 'file_url', 'file_data'].filter((name) => part[name] !== undefined);
  const named = shape({
    type: anything,
    'file_id?': isFilled,
    'file_url?': address,
    'file_data?': dataUrl,
    'filename?': matches(/\.\w+$/),
  })(part, at);
  const nameless = part.file_data !== undefined && part.filename === undefined ? [`${at} has no name`] : [];
  return [...named, ...nameless, ...(places.length === 1 ? [] : [`${at} is in ${places.length} places`])];
};

const said = shape({ type: anything, text: isText });
const inputPart = byType({ input_text: said, input_image: image, input_file: file });
const outputPart = byType({ output_text: said, refusal: shape({ type: anything, refusal: isText }) });

const content =
  (part: Check): Check =>
  (value, at) =>
    typeof value === 'string' ? [] : listOf(part, 1)(value, at);

const message: Check = (item, at) => {
  const part = item.role === 'assistant' ? outputPart : inputPart;
  const fields = { 'type?': oneOf('message'), role: oneOf('user', 'assistant', 'system', 'developer') };
  return shape({ ...fields, content: content(part) })(item, at);
};

const thought: Check = (item, at) => [
  ...shape({
    type: anything,
    // Encrypted content is verified against it.
    id: isFilled,
    summary: listOf(byType({ summary_text: said })),
    'encrypted_content?': isFilled,
  })(item, at),
  // With store: false nothing is found under its id alone.
  ...(item.encrypted_content === undefined ? [`${at} is a thought that nobody kept`] : []),
];

const callArguments: Check = (value, at) => (isJsonObject(value) ? [] : [`${at} is no JSON object in text`]);

const items: Record<string, Check> = {
  message,
  reasoning: thought,
  function_call: shape({ type: anything, call_id: callId, name: identifier, arguments: callArguments }),
  function_call_output: shape({ type: anything, call_id: callId, output: content(inputPart) }),
};

const item: Check = (value, at) => byType(items)({ ...value, type: value?.type ?? 'message' }, at);

const tool = byType({
  function: shape({
    type: anything,
    name: identifier,
    'description?': isText,
    parameters: isObject,
    strict: isFlag,
  }),
});

const format = byType({
  text: shape({ type: anything }),
  json_object: shape({ type: anything }),
  json_schema: shape({ type: anything, name: identifier, 'description?': isText, schema: isObject, strict: isFlag }),
});

const request = shape({
  model: isFilled,
  input: listOf(item, 1),
  stream: isFlag,
  'instructions?': isFilled,
  'store?': oneOf(false),
  'include?': listOf(oneOf('reasoning.encrypted_content', 'message.output_text.logprobs'), 1),
  'tools?': listOf(tool, 1),
  'tool_choice?': anything,
  'parallel_tool_calls?': isFlag,
  'text?': shape({ format }),
  'reasoning?': shape({
    'effort?': oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    'summary?': oneOf('auto', 'concise', 'detailed'),
  }),
  'max_output_tokens?': whole(16),
  'temperature?': within(0, 2),
  'top_p?': within(0, 1),
  'top_logprobs?': within(0, 20),
  'metadata?': isObject,
  'user?': isFilled,
  'prompt_cache_key?': isFilled,
  'service_tier?': oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast'),
});

export function problemsOf({ path, body }: Outgoing): string[] {
  const sent = body as Loose;
  const own = path.endsWith('/responses') ? [] : [`${path} is not the path of responses`];
  return [...own, ...request(sent, 'body'), ...callProblems(sent), ...choiceProblems(sent), ...modelProblems(sent)];
}

/** "No tool output found for function call …": outputs come after their call, one for each, before anybody speaks. */
function callProblems({ input }: Loose): string[] {
  const problems: string[] = [];
  const open = new Set<string>();
  for (const [index, { type, role, call_id: id }] of input.entries()) {
    if (type === 'function_call') open.add(id);
    else if (type === 'function_call_output') {
      if (!open.delete(id)) problems.push(`input[${index}] answers no call, or one that has been answered`);
    } else if (role !== 'assistant' && open.size > 0) problems.push(`input[${index}] comes before ${[...open].join()}`);
  }
  return open.size === 0 ? problems : [...problems, 'calls at the end are not answered'];
}

function choiceProblems({ tools, tool_choice: choice, parallel_tool_calls: parallel }: Loose): string[] {
  if (tools === undefined) return choice === undefined && parallel === undefined ? [] : ['a choice among no tools'];
  if (choice === undefined || ['auto', 'none', 'required'].includes(choice)) return [];
  const named = tools.some((one: Loose) => one.name === choice.name) ? [] : [`no tool is called ${choice.name}`];
  return [...shape({ type: oneOf('function'), name: identifier })(choice, 'tool_choice'), ...named];
}

function modelProblems(sent: Loose): string[] {
  const thinks = /^(o\d|gpt-[5-9])/.test(sent.model);
  const include: string[] = sent.include ?? [];
  if (!thinks) {
    if (sent.reasoning !== undefined) return ['this model does not think'];
    return include.includes('reasoning.encrypted_content')
      ? ['encrypted content is not supported with this model']
      : [];
  }
  if (sent.reasoning?.effort === 'none') return [];
  const refused = ['temperature', 'top_p', 'top_logprobs'].filter((name) => sent[name] !== undefined);
  return refused.map((name) => `${name} is not supported with this model`);
}
