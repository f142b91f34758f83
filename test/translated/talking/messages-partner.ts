// A client of Anthropic's messages that holds the scripted conversation, asking another provider at every turn. As its
// documentation says, it puts the whole content of each answer back.
import type Anthropic from '@anthropic-ai/sdk';
import type { Conversation } from './chat-partner.ts';
import { followUp, question, script, toolNames } from './script.ts';

const tools: Anthropic.Tool[] = toolNames.map((name) => ({ name, input_schema: { type: 'object', properties: {} } }));

/** What was said by everybody asked, turn by turn. */
export async function converseInMessages(client: Anthropic, { name, models, stream }: Conversation): Promise<string[]> {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: `${question} <<${name}>>` }];
  const said: string[] = [];
  for (const [turn, model] of models.entries()) {
    const request = { model, max_tokens: 4000, messages, tools };
    const { content } = stream
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request);
    const calls = content.filter((block) => block.type === 'tool_use');
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    said.push([text, ...calls.map((call) => `${call.name}(${JSON.stringify(call.input)})`)].join('|'));
    messages.push({ role: 'assistant', content });
    const results = calls.map(({ id }, index): Anthropic.ToolResultBlockParam => {
      return { type: 'tool_result', tool_use_id: id, content: script[turn]?.calls[index]?.result ?? '' };
    });
    messages.push({ role: 'user', content: results.length > 0 ? results : followUp });
  }
  return said;
}
