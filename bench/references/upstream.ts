// The provider of the benchmarks: answers chat completions at once, or as a stream on a fixed schedule. On bare sockets, so
// that it costs little beside what is measured. POST body fields that it heeds: `stream`, and `bench: { chunks, everyMs }`.
import { createServer, type Socket } from 'node:net';

const body = JSON.stringify({
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
});
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);

const event = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_767_225_600, model: 'gpt-4o-mini-2024-07-18', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

function stream(socket: Socket, request: string): void {
  const { bench } = JSON.parse(request) as { bench: { chunks: number; everyMs: number } };
  socket.write(
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    if (sent <= bench.chunks) {
      socket.write(chunk(event({ content: `token ${sent} ` }, null)));
      return;
    }
    clearInterval(timer);
    socket.write(`${chunk(`${event({}, 'stop')}data: [DONE]\n\n`)}0\r\n\r\n`);
  }, bench.everyMs);
  socket.on('close', () => clearInterval(timer));
}

createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    const headEnd = pending.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(pending.toString('latin1', 0, headEnd))?.[1] ?? 0);
    if (pending.length < headEnd + 4 + length) return;
    const request = pending.subarray(headEnd + 4);
    pending = Buffer.alloc(0);
    if (request.includes('"stream":true')) stream(socket, request.toString());
    else socket.write(answer);
  });
}).listen(Number(process.env.PORT ?? 0), '127.0.0.1');
