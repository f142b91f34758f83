// A provider whose answers, tokens and so prices follow from the prompt alone.
import type { RequestListener } from 'node:http';

export function promptOf(number: number): string {
  const words = 8 + (number % 60);
  return `Question ${number}: ${Array.from({ length: words }, (_, i) => `word${(number * 7 + i) % 997}`).join(' ')}?`;
}

export const tokensOf = (prompt: string): { input: number; output: number } => ({
  input: 12 + Math.ceil(prompt.length / 4),
  output: 40 + (prompt.length % 200),
});

export const answerPrompt: RequestListener = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { messages, stream } = JSON.parse(Buffer.concat(parts).toString()) as {
      messages: { content: string }[];
      stream?: boolean;
    };
    const prompt = messages.at(-1)?.content ?? '';
    const { input, output } = tokensOf(prompt);
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    const words = Array.from({ length: output }, (_, i) => `said${i}`);
    response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
    response.end(stream ? streamed(words, usage) : whole(words, usage));
  });
};

const base = { id: 'chatcmpl-bench', created: 1, model: 'gpt-4o-mini' };

function whole(words: string[], usage: object): string {
  const message = { role: 'assistant', content: words.join(' ') };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return JSON.stringify({ ...base, object: 'chat.completion', choices, usage });
}

function streamed(words: string[], usage: object): string {
  const chunk = (more: object) => `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...more })}\n\n`;
  const choice = (delta: object, reason: string | null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });
  const said = words.map((word) => choice({ content: `${word} ` }, null));
  return [...said, choice({}, 'stop'), chunk({ choices: [], usage }), 'data: [DONE]\n\n'].join('');
}
