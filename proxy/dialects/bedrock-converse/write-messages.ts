// The messages of a conversation as Converse takes them: system apart, user and assistant in turns, results of tools at the
// head of the user's turn. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
import type { Message } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { isClaude } from './models.ts';
import { blocksOf, type PartContext } from './write-parts.ts';

interface Turn extends JsonObject {
  role: 'user' | 'assistant';
  content: JsonObject[];
}

/** Where Bedrock insists on words and nobody said any. */
const filler: JsonObject = { text: '.' };

export function writeMessages(
  messages: readonly Message[],
  context: PartContext,
): { system: JsonObject[]; messages: Turn[] } {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  messages.forEach((message, index) => {
    const blocks = blocksOf(message.content, `messages[${index}]`, context);
    if (message.role === 'system') system.push(...blocks.filter((block) => 'text' in block || 'cachePoint' in block));
    else if (blocks.length > 0) addTurn(turns, message.role === 'assistant' ? 'assistant' : 'user', blocks);
  });
  // A conversation must start with the user; Claude alone takes one that does not.
  if (turns.length === 0 || (turns[0]?.role === 'assistant' && !isClaude(context.model))) {
    turns.unshift({ role: 'user', content: [filler] });
  }
  for (const { content } of turns) {
    // Documents are refused without any text beside them.
    if (content.some(holds('document')) && !content.some(holds('text'))) content.push(filler);
  }
  return { system, messages: turns };
}

function addTurn(turns: Turn[], role: Turn['role'], blocks: JsonObject[]): void {
  const last = turns.at(-1);
  if (last?.role === role) last.content.push(...blocks);
  else turns.push({ role, content: blocks });
}

const holds =
  (kind: string) =>
  (block: JsonObject): boolean =>
    kind in block;
