// The bare forwarder that the proxy is measured against: node:http in front, undici behind, nothing else.
import { createServer } from 'node:http';
import { Agent, request as call } from 'undici';

const target = process.env.TARGET as string;
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answer = await call(target + request.url, {
    dispatcher,
    method: 'POST',
    headers: headers as Record<string, string>,
    body: Buffer.concat(parts),
  });
  response.writeHead(answer.statusCode, answer.headers as Record<string, string>);
  answer.body.pipe(response);
}).listen(Number(process.env.PORT), '127.0.0.1');
