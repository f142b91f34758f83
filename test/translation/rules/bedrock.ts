// What Bedrock's Converse accepts, from https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
// from what it is known to refuse.
import {
  anything,
  isBase64,
  isFilled,
  isFlag,
  isObject,
  type Loose,
  listOf,
  matches,
  oneOf,
  shape,
  union,
  whole,
  within,
} from './shape.ts';

const name = matches(/^[a-zA-Z0-9_-]{1,64}$/);
/** Documented without "." and ":", recorded with them. */
const id = matches(/^[a-zA-Z0-9_.:-]{1,64}$/);
const cachePoint = shape({ type: oneOf('default'), 'ttl?': oneOf('5m', '1h') });
const shown = {
  text: isFilled,
  image: shape({ format: oneOf('png', 'jpeg', 'gif', 'webp'), source: shape({ bytes: isBase64 }) }),
  document: shape({
    name: matches(/^(?!.*\s\s)[a-zA-Z0-9\s()[\]-]{1,200}$/),
    format: oneOf('pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'),
    source: shape({ bytes: isBase64 }),
  }),
};
const userBlock = union({
  ...shown,
  cachePoint,
  toolResult: shape({
    toolUseId: id,
    content: listOf(union({ ...shown, json: isObject }), 1),
    'status?': oneOf('success', 'error'),
  }),
});
const assistantBlock = union({
  text: isFilled,
  cachePoint,
  toolUse: shape({ toolUseId: id, name, input: isObject }),
  reasoningContent: union({
    reasoningText: shape({ text: anything, 'signature?': isFilled }),
    redactedContent: isBase64,
  }),
});

const message = (value: Loose, at: string): string[] => {
  const block = value?.role === 'assistant' ? assistantBlock : userBlock;
  return shape({ role: oneOf('user', 'assistant'), content: listOf(block, 1) })(value, at);
};

const toolSpec = shape({
  name,
  'description?': isFilled,
  inputSchema: shape({ json: isObject }),
  'strict?': isFlag,
});

const converse = shape({
  messages: listOf(message, 1),
  'system?': listOf(union({ text: isFilled, cachePoint }), 1),
  inferenceConfig: shape({
    'maxTokens?': whole(1),
    'temperature?': within(0, 1),
    'topP?': within(0, 1),
    'stopSequences?': listOf(isFilled, 1),
  }),
  'toolConfig?': shape({
    tools: listOf(union({ toolSpec, cachePoint }), 1),
    'toolChoice?': union({ auto: shape({}), any: shape({}), tool: shape({ name }) }),
  }),
  'outputConfig?': shape({
    textFormat: shape({
      type: oneOf('json_schema'),
      structure: shape({
        jsonSchema: shape({
          'name?': name,
          'description?': isFilled,
          schema: (text, at) => isObject(JSON.parse(text), at),
        }),
      }),
    }),
  }),
  'requestMetadata?': isObject,
  'additionalModelRequestFields?': isObject,
  'guardrailConfig?': isObject,
});

/** Turns alternate; every call is answered at the head of the next turn, and nothing else is. */
function turns(messages: Loose[]): string[] {
  const problems: string[] = [];
  const names: string[] = [];
  messages.forEach(({ role, content }, index) => {
    if (role === messages[index - 1]?.role) problems.push(`messages[${index}] is out of turn`);
    const results = content
      .filter((block: Loose) => block.toolResult)
      .map((block: Loose) => block.toolResult.toolUseId);
    const calls = (messages[index - 1]?.content ?? []).flatMap(({ toolUse }: Loose) => toolUse?.toolUseId ?? []);
    if ([...results].sort().join() !== [...calls].sort().join())
      problems.push(`messages[${index}] answers other calls`);
    const firstOther = content.findIndex((block: Loose) => !block.toolResult && !block.cachePoint);
    const lastResult = content.findLastIndex((block: Loose) => block.toolResult);
    if (firstOther !== -1 && lastResult > firstOther) problems.push(`messages[${index}] answers late`);
    const documents = content.filter((block: Loose) => block.document);
    if (documents.length > 0 && !content.some((block: Loose) => block.text)) problems.push('a document without text');
    if (content[0]?.cachePoint) problems.push(`messages[${index}] begins with a cache point`);
    const inside = content.flatMap((block: Loose) => block.toolResult?.content ?? []);
    names.push(...[...documents, ...inside].flatMap(({ document }: Loose) => document?.name ?? []));
  });
  if (messages.at(-1)?.content.some((block: Loose) => block.toolUse)) problems.push('calls stay open');
  if (new Set(names).size < names.length) problems.push('two documents of one name');
  return problems;
}

function claude(body: Loose, model: string): string[] {
  const fields = body.additionalModelRequestFields ?? {};
  const { maxTokens, temperature, topP } = body.inferenceConfig;
  const problems: string[] = [];
  if (/"toolUseId":"[^"]*[.:]/.test(JSON.stringify(body))) problems.push('an id that Claude refuses');
  const budget = fields.thinking?.budget_tokens;
  if (fields.thinking) {
    if (budget !== undefined && !(budget >= 1024 && (maxTokens ?? budget + 1) > budget))
      problems.push('a budget that leaves nothing');
    if (temperature !== undefined || topP !== undefined || fields.top_k !== undefined)
      problems.push('samples and thinks');
    const choice = body.toolConfig?.toolChoice;
    if (choice?.any || choice?.tool) problems.push('thinks and is made to call');
  }
  const old = /claude-(?:v|instant|3|[a-z]+-4-(?:20|1))/.test(model);
  if (!old && temperature !== undefined && topP !== undefined) problems.push('temperature and top-p');
  return problems;
}

export function problemsOf(request: { path: string; headers: Record<string, string>; body: unknown }): string[] {
  const body = request.body as Loose;
  const model = /^\/model\/([^/]+)\/converse(?:-stream)?$/.exec(request.path)?.[1];
  if (model === undefined) return [`nothing is served at ${request.path}`];
  const problems = converse(body, 'body');
  if (problems.length > 0) return problems;
  const used = body.messages.some(({ content }: Loose) =>
    content.some((block: Loose) => block.toolUse ?? block.toolResult),
  );
  if (used && !body.toolConfig) problems.push('toolConfig must be there where tools have been called');
  const marked = JSON.stringify(body).includes('"cachePoint"');
  if (marked && !/claude|nova/.test(model)) problems.push('a cache point for a model without a cache');
  if (!model.includes('claude') && JSON.stringify(body.messages).includes('reasoningContent'))
    problems.push('thoughts');
  // Claude was recorded answering a conversation that it began itself.
  if (!model.includes('claude') && body.messages[0].role !== 'user') problems.push('the user must begin');
  return [...problems, ...turns(body.messages), ...(model.includes('claude') ? claude(body, model) : [])];
}
