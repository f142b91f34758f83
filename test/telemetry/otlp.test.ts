// Spans and metrics leave by OTLP/HTTP with GenAI names; trace context comes in and goes out; without an exporter nothing
// is touched.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request as call } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createExport } from '../../proxy/telemetry/export.ts';
import { createOtelTelemetry } from '../../proxy/telemetry/otel.ts';
import { parseTraceparent, type Telemetry } from '../../proxy/telemetry/spans.ts';
import { answer, resetAtOnce } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatAnswer, chatRequest } from '../support/wire-samples.ts';

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: { key: string; value: Record<string, unknown> }[];
}

let backend: Server;
let upstream: FaultyUpstream;
let house: ProxyHouse;
let telemetry: Telemetry;
const received = { traces: [] as string[], metrics: [] as string[] };

beforeAll(async () => {
  backend = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      (request.url === '/v1/traces' ? received.traces : received.metrics).push(text);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  // The exporters read the standard variable themselves.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  telemetry = createOtelTelemetry(createExport('test', 60_000));
  upstream = await startFaultyUpstream();
  house = await openHouse({ configuration: { providers: { openai: { baseUrl: `${upstream.url}/v1` } } }, telemetry });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
  backend.closeAllConnections();
  backend.close();
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';
const ask = () =>
  call(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    body: chatRequest(),
    headers: {
      authorization: 'Bearer sk-own',
      traceparent: `00-${traceId}-${parent}-01`,
      'x-sightline-task': 'greeting',
    },
  });

it('exports a span for the exchange, its decision, each attempt and the recording, with usage and GenAI names', async () => {
  upstream.respondOnce(answer({ pieces: [chatAnswer], headers: [['content-type', 'application/json']] }));
  const answered = await ask();
  await answered.body.dump();
  const id = String(answered.headers['x-sightline-id']);
  const record = await house.record(id);
  upstream.respondOnce(resetAtOnce());
  await (await ask()).body.dump();
  await house.sink.waitFor((one) => one.outcome === 'unreachable');
  await telemetry.shutdown();

  const spans = received.traces.flatMap((text) => spansOf(text));
  expect(spans.every((span) => span.traceId === traceId)).toBe(true);
  const server = spans.find((span) => span.kind === 2 && text(span, 'sightline.exchange.id') === id)!;
  expect([server.name, server.parentSpanId]).toEqual(['POST /v1/chat/completions', parent]);
  expect([record.traceId, record.spanId]).toEqual([traceId, server.spanId]);
  const children = spans.filter((span) => span.parentSpanId === server.spanId);
  expect(children.map((span) => span.name).sort()).toEqual(['chat gpt-4o-mini', 'decide', 'record']);

  const client = children.find((span) => span.kind === 3)!;
  expect(text(client, 'gen_ai.operation.name')).toBe('chat');
  expect(text(client, 'gen_ai.provider.name')).toBe('openai');
  expect(text(client, 'gen_ai.response.model')).toBe('gpt-4o-mini-2024-07-18');
  expect(number(client, 'gen_ai.usage.input_tokens')).toBe(9);
  expect(number(client, 'gen_ai.usage.output_tokens')).toBe(3);
  expect(text(client, 'server.address')).toBe(new URL(upstream.url).host);
  expect(upstream.requests[0]!.header('traceparent')).toBe(`00-${traceId}-${client.spanId}-01`);

  const failed = spans.find((span) => span.kind === 2 && span !== server)!;
  expect([failed.status.code, text(failed, 'error.type')]).toEqual([2, 'SIGHTLINE_UPSTREAM_RESET']);

  const metrics = received.metrics.join('');
  for (const name of ['gen_ai.client.operation.duration', 'gen_ai.client.token.usage']) expect(metrics).toContain(name);
  expect(metrics).not.toContain('greeting');
});

it('reads trace context as W3C writes it, and nothing else', () => {
  expect(parseTraceparent(`00-${traceId}-${parent}-01`)).toEqual({ traceId, spanId: parent, flags: 1 });
  for (const wrong of [undefined, '', 'x', `00-${'0'.repeat(32)}-${parent}-01`, `00-${traceId}-${'0'.repeat(16)}-01`]) {
    expect(parseTraceparent(wrong)).toBeNull();
  }
});

interface OtlpBody {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}

const spansOf = (body: string): OtlpSpan[] =>
  (JSON.parse(body) as OtlpBody).resourceSpans.flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) => scope.spans),
  );

const attribute = (span: OtlpSpan, key: string): Record<string, unknown> =>
  span.attributes.find((one) => one.key === key)?.value ?? {};
const text = (span: OtlpSpan, key: string): unknown => attribute(span, key).stringValue;
const number = (span: OtlpSpan, key: string): number => Number(attribute(span, key).intValue);
