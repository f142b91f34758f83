// The traffic asks through the official SDKs, and its count of calls is the count that the other side saw.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { activity, hourAt, rateFactor } from '../../cli/demo/day-shape.ts';
import { type SimulatedProviders, startSimulatedProviders } from '../../cli/demo/providers.ts';
import { createRandom } from '../../cli/demo/random.ts';
import { openSession } from '../../cli/demo/session.ts';
import { tasks } from '../../cli/demo/tasks/all.ts';
import { startTraffic } from '../../cli/demo/traffic.ts';
import { refusedUrl } from '../support/faulty-upstream.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface SeenCall {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** Stands where the proxy would: sends each path to the provider that speaks it, and notes what came. */
async function startSwitchboard(providers: SimulatedProviders): Promise<{ url: string; seen: SeenCall[] }> {
  const seen: SeenCall[] = [];
  const { openai, anthropic, google } = providers.baseUrls;
  const server = http.createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\/openai\//, '/');
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    seen.push({ path: request.url ?? '', headers: request.headers, body: body.toString() });
    const base = path.includes(':') ? google : path.startsWith('/v1/messages') ? anthropic : openai.slice(0, -3);
    const upstream = http.request(`${base}${path}`, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    upstream.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe('traffic', () => {
  test('counts every call once, and calls on every surface with who asks and what for', async () => {
    const providers = await startSimulatedProviders({ seed: 1, severity: 3, slowness: 0.02, now: Date.now });
    closing.push(providers.close);
    const { url, seen } = await startSwitchboard(providers);
    const traffic = startTraffic({ proxyUrl: url, rate: 120, random: createRandom(7) });
    while (seen.length < 250) await sleep(20);
    await traffic.stop(10_000);
    const report = traffic.report();
    expect(report.sent).toBe(seen.length);
    expect(report.running).toBe(0);
    expect(report.unreached).toBe(0);
    const paths = seen.map((call) => call.path);
    for (const surface of [
      /^\/v1\/chat\/completions$/,
      /^\/v1\/responses$/,
      /^\/openai\/v1\/embeddings$/,
      /^\/v1\/messages/,
      /:generateContent$/,
      /:streamGenerateContent\?alt=sse$/,
    ]) {
      expect(
        paths.some((path) => surface.test(path)),
        String(surface),
      ).toBe(true);
    }
    for (const { headers } of seen) {
      for (const name of ['app', 'team', 'task', 'user', 'session', 'environment']) {
        expect(headers[`x-sightline-${name}`], `${name} of ${headers['x-sightline-task']}`).toBeTruthy();
      }
    }
    expect(new Set(seen.map((call) => call.headers['x-sightline-app'])).size).toBe(
      new Set(tasks.map((task) => task.app)).size,
    );
    expect(seen.some(({ body }) => /"role":"tool"|tool_result|functionResponse/.test(body))).toBe(true);
    const retries = seen.map((call) => call.headers['x-stainless-retry-count'] ?? '0');
    expect(new Set(retries)).toEqual(new Set(['0']));
  });

  test('calls for which nobody listens are not counted as sent', async () => {
    const traffic = startTraffic({ proxyUrl: await refusedUrl(), rate: 200, random: createRandom(1) });
    while (traffic.report().unreached < 5) await sleep(10);
    await traffic.stop(1000);
    expect(traffic.report().sent).toBe(0);
    expect(Object.keys(traffic.report().errors)).toEqual(['broken']);
  });

  test('stopping hangs up what takes longer than the grace', async () => {
    const silent = http.createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    closing.push(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const traffic = startTraffic({ proxyUrl: url, rate: 100, random: createRandom(1) });
    while (traffic.report().running < 3) await sleep(10);
    await traffic.stop(20);
    expect(traffic.report().running).toBe(0);
  });
});

describe('what is asked', () => {
  test('prompts hold invented personal data for redaction to mask, cards that pass the Luhn check', () => {
    const random = createRandom(3);
    const prompts = Array.from({ length: 200 }, () => random.pick(tasks).prompt(random)).join('\n');
    expect(prompts).toMatch(/\S+@(mail\.)?example\.(com|org)/);
    expect(prompts).toMatch(/\+1 202-555-0143|\+44 20 7946 0958/);
    const cards = prompts.match(/\b(?:\d{4} ){3}\d{4}\b|\b\d{4} \d{6} \d{5}\b/g) ?? [];
    expect(cards.length).toBeGreaterThan(0);
    for (const card of cards.filter((found) => !/^(3704|0044|2004)/.test(found))) expect(luhn(card), card).toBe(true);
  });

  test('a task’s answer belongs to its question: the invoice’s net amount comes back', () => {
    const task = tasks.find(({ name }) => name === 'extract-invoice')!;
    const prompt = task.prompt(createRandom(5));
    const answer = JSON.parse(task.answer(prompt, createRandom(6))) as { net: number };
    expect(prompt).toContain(`Net ${answer.net}.00 EUR`);
  });

  test('a session goes on after a tool call and after an answer, and ends after a failure', async () => {
    const task = tasks.find(({ name }) => name === 'support-reply')!;
    const session = openSession(task, 'u-1', createRandom(11));
    const sent: number[] = [];
    const call = { id: '1', name: 'lookup_order', arguments: '{}', raw: null };
    await session.next(async (turn) => {
      sent.push(turn.messages.length);
      return { text: '', toolCall: call };
    }, new AbortController().signal);
    expect(session.pause()).toBeGreaterThan(0);
    await expect(
      session.next(async (turn) => {
        sent.push(turn.messages.length);
        throw new Error('503');
      }, new AbortController().signal),
    ).rejects.toThrow('503');
    expect(session.pause()).toBeNull();
    expect(sent).toEqual([1, 3]);
  });

  test('a day has its shape: offices by day, batches by night, about the asked rate on average', () => {
    expect(hourAt(0)).toBe(9);
    expect(activity('office', 13)).toBeGreaterThan(5 * activity('office', 2));
    expect(activity('night', 2)).toBeGreaterThan(2 * activity('night', 13));
    const hours = Array.from({ length: 240 }, (_, i) => i / 10);
    const mean = hours.reduce((sum, hour) => sum + rateFactor(hour), 0) / hours.length;
    expect(mean).toBeGreaterThan(0.8);
    expect(mean).toBeLessThan(1.2);
  });
});

function luhn(card: string): boolean {
  const digits = card.replaceAll(' ', '').split('').reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, i) => total + (i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return sum % 10 === 0;
}
