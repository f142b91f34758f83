// The part of Anthropic's rule book that is about system and messages: who speaks when, what may stand in a block, where
// results of tools belong, what may be cached.

// biome-ignore lint/suspicious/noExplicitAny: looks into whatever was sent
export type Loose = any;
type Demand = (holds: unknown, problem: string) => void;

const takesSystemAnywhere = /opus-(4-8|5)|(sonnet|haiku)-5|fable|mythos-[5-9]/;
const takesPrefill = /claude-3|(opus|sonnet|haiku)-4-[0-5]|(opus|sonnet)-4-20/;

const keys: Record<string, string[]> = {
  text: ['text'],
  image: ['source'],
  document: ['source', 'title'],
  tool_use: ['id', 'name', 'input'],
  tool_result: ['tool_use_id', 'content', 'is_error'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
};
const allowed: Record<string, string[]> = {
  user: ['text', 'image', 'document', 'tool_result'],
  assistant: ['text', 'tool_use', 'thinking', 'redacted_thinking'],
  system: ['text'],
  tool_result: ['text', 'image', 'document'],
};

export function conversationProblems(said: Loose): string[] {
  const problems: string[] = [];
  const demand: Demand = (holds, problem) => {
    if (!holds) problems.push(problem);
  };
  for (const block of said.system ?? []) checkBlock(block, 'system', demand);
  const messages: Loose[] = said.messages ?? [];
  demand(messages.length > 0, 'messages: at least one message is required');
  demand(messages[0]?.role === 'user', 'messages: first message must use the "user" role');
  messages.forEach((message, at) => {
    checkSpeaker(said, at, demand);
    demand(message.content?.length > 0, `messages.${at}: content must be non-empty`);
    for (const block of message.content ?? []) checkBlock(block, message.role, demand);
    checkResults(messages, at, demand);
  });
  checkIds(messages, demand);
  checkEnd(said, messages, demand);
  checkMarks(said, demand);
  return problems;
}

function checkSpeaker({ model, messages }: Loose, at: number, demand: Demand): void {
  const [before, role, next] = [messages[at - 1]?.role, messages[at].role, messages[at + 1]?.role];
  demand(['user', 'assistant', 'system'].includes(role), `messages.${at}.role: ${role}`);
  demand(before !== role, `messages.${at}: roles must alternate`);
  if (role !== 'system') return;
  demand(takesSystemAnywhere.test(model) && !/anthropic\.claude|@/.test(model), 'Unexpected role "system"');
  demand(before === 'user' && (next === undefined || next === 'assistant'), `messages.${at}: misplaced system`);
}

function checkBlock(block: Loose, where: string, demand: Demand): void {
  demand(allowed[where]?.includes(block.type), `${where}: block of type ${block.type}`);
  const known = ['type', ...(keys[block.type] ?? []), ...(block.type.includes('thinking') ? [] : ['cache_control'])];
  for (const key of Object.keys(block)) demand(known.includes(key), `${block.type}.${key}: not permitted`);
  if (block.type === 'text') demand(/\S/.test(block.text), 'text content blocks must contain non-whitespace text');
  if (block.type === 'thinking') demand(block.signature !== '', 'thinking.signature: Field required');
  if (block.type === 'image' || block.type === 'document') checkSource(block, demand);
  if (block.type === 'tool_use') {
    demand(/^[a-zA-Z0-9_-]+$/.test(block.id), `tool_use.id: should match pattern; ${block.id}`);
    demand(typeof block.input === 'object' && block.input !== null && !Array.isArray(block.input), 'tool_use.input');
  }
  if (block.type === 'tool_result') for (const inner of block.content ?? []) checkBlock(inner, 'tool_result', demand);
}

function checkSource({ type, source }: Loose, demand: Demand): void {
  const kinds: Record<string, string[]> = {
    image: ['base64', 'url', 'file'],
    document: ['base64', 'url', 'file', 'text', 'content'],
  };
  demand(kinds[type]?.includes(source.type), `${type}.source.type: ${source.type}`);
  if (source.type !== 'base64') return;
  const media = type === 'image' ? /^image\/(jpeg|png|gif|webp)$/ : /^application\/pdf$/;
  demand(media.test(source.media_type) && source.data !== '', `${type}.source.media_type: ${source.media_type}`);
}

function checkResults(messages: Loose[], at: number, demand: Demand): void {
  const answered = (messages[at].content ?? []).filter((block: Loose) => block.type === 'tool_result');
  const called = (messages[at - 1]?.content ?? []).filter((block: Loose) => block.type === 'tool_use');
  const ids = answered.map((block: Loose) => block.tool_use_id).sort();
  demand(
    ids.join() ===
      called
        .map((block: Loose) => block.id)
        .sort()
        .join(),
    `messages.${at}: results and calls differ`,
  );
  const first = messages[at].content.slice(0, answered.length);
  demand(
    first.every((block: Loose) => block.type === 'tool_result'),
    `messages.${at}: results must come first`,
  );
}

function checkIds(messages: Loose[], demand: Demand): void {
  const ids = messages.flatMap(({ content }) => content.filter((block: Loose) => block.type === 'tool_use'));
  demand(new Set(ids.map((block: Loose) => block.id)).size === ids.length, 'tool_use ids must be unique');
}

function checkEnd({ model, thinking }: Loose, messages: Loose[], demand: Demand): void {
  for (const { role, content } of messages) {
    if (role === 'assistant') demand(!/thinking/.test(content.at(-1)?.type), 'The final block cannot be thinking');
  }
  const last = messages.at(-1);
  const lastBlock = last?.content.at(-1);
  demand(lastBlock?.type !== 'tool_use', 'tool_use ids were found without tool_result blocks');
  if (last?.role !== 'assistant') return;
  demand(takesPrefill.test(model), 'This model does not support assistant message prefill.');
  demand(thinking?.type !== 'enabled', 'prefill while thinking');
  demand(
    lastBlock?.type !== 'text' || !/\s$/.test(lastBlock.text),
    'final assistant content cannot end with whitespace',
  );
}

/** Marks in the order of the prompt: four at most, an hour before five minutes. */
function checkMarks({ tools, system, messages }: Loose, demand: Demand): void {
  const blocks = [...(tools ?? []), ...(system ?? []), ...messages.flatMap((message: Loose) => message.content)];
  const marks = blocks
    .flatMap((block: Loose) => [...(Array.isArray(block.content) ? block.content : []), block])
    .map((block: Loose) => block.cache_control)
    .filter(Boolean);
  demand(marks.length <= 4, `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`);
  const lives = marks.map((mark: Loose) => (mark.ttl === '1h' ? 0 : 1));
  demand(lives.join() === [...lives].sort().join(), 'a ttl of 1h must not come after one of 5m');
  for (const mark of marks) demand(mark.type === 'ephemeral', 'cache_control.type');
}
