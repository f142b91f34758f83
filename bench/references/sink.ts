// Stands where the collector stands and takes every segment, so that the proxy is measured and not ClickHouse beside it.
import { createServer } from 'node:http';

createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const segment = (request.url ?? '').split('/').pop() ?? '';
    const receipt = JSON.stringify({ segment, records: 0, duplicate: false });
    response.writeHead(200, { 'content-type': 'application/json' }).end(receipt);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
