// The provider of the benchmarks: answers chat completions at once, or as a stream on a fixed schedule.
// POST body fields that it heeds: `stream`, and `bench: { chunks, everyMs }` for the schedule.
import { createServer } from 'node:http';

const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'lorem ipsum dolor sit amet '.repeat(56) },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 320, completion_tokens: 380, total_tokens: 700 },
  }),
);

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_767_225_600, model: 'gpt-4o-mini-2024-07-18', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (!body.includes('"stream":true')) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': answer.length,
        'x-request-id': 'req_bench',
      });
      response.end(answer);
      return;
    }
    const { bench } = JSON.parse(body.toString()) as { bench: { chunks: number; everyMs: number } };
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    let sent = 0;
    const timer = setInterval(() => {
      sent += 1;
      if (sent <= bench.chunks) response.write(chunk({ content: `token ${sent} ` }, null));
      else {
        clearInterval(timer);
        response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
      }
    }, bench.everyMs);
    response.on('close', () => clearInterval(timer));
  });
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
