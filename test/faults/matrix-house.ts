// The proxy of the matrix: one server that does wrong what the model's name says, one that answers well, and a route for
// every cell, so that health learns nothing from one cell for the next.

import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { type Behaviour, type FaultyUpstream, refusedUrl, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import type { ClientName } from './clients.ts';
import { type Fault, type FaultName, type Form, faults } from './faults.ts';
import { type Wire, type WireAnswer, wireAnswers } from './wire-answers.ts';

/** Who asks whom. */
export interface Pair {
  client: ClientName;
  wire: Wire;
  /** The format of the client, in which the standby answers. */
  own: Wire;
}

export const pairs: Pair[] = [
  { client: 'openai chat', wire: 'openai-chat', own: 'openai-chat' },
  { client: 'openai responses', wire: 'openai-responses', own: 'openai-responses' },
  { client: 'anthropic', wire: 'anthropic-messages', own: 'anthropic-messages' },
  { client: 'google', wire: 'gemini', own: 'gemini' },
  { client: 'openai chat', wire: 'anthropic-messages', own: 'openai-chat' },
  { client: 'openai chat', wire: 'gemini', own: 'openai-chat' },
  { client: 'openai chat', wire: 'cohere', own: 'openai-chat' },
];

export type Company = 'alone' | 'with a standby';

export interface Cell {
  fault: FaultName;
  pair: Pair;
  form: Form;
  company: Company;
  /** The model that is asked for, and by which both servers know what to do. */
  model: string;
}

export const cells: Cell[] = (Object.keys(faults) as FaultName[]).flatMap((fault, row) =>
  pairs.flatMap((pair, column) =>
    (['whole', 'stream'] as const).flatMap((form) =>
      (['alone', 'with a standby'] as const).map((company) => ({
        ...{ fault, pair, form, company },
        model: `cell-${row}-${column}-${form}-${company === 'alone' ? 0 : 1}`,
      })),
    ),
  ),
);

const families: Record<Wire, { dialect: string; version: string }> = {
  'openai-chat': { dialect: 'openai', version: '/v1' },
  'openai-responses': { dialect: 'openai', version: '/v1' },
  'anthropic-messages': { dialect: 'anthropic', version: '' },
  gemini: { dialect: 'gemini', version: '' },
  cohere: { dialect: 'cohere', version: '' },
};

export interface MatrixHouse {
  house: ProxyHouse;
  faulty: FaultyUpstream;
  close(): Promise<void>;
}

export async function openMatrixHouse(): Promise<MatrixHouse> {
  const plain = await plainServer();
  const [faulty, standby, nobody] = [await startFaultyUpstream(), await startFaultyUpstream(), await refusedUrl()];
  const seen = new Set<string>();
  faulty.respond((reply, request) => behaviourOf(request.path, request.body.toString(), seen)(reply, request));
  standby.respond((reply, request) => answerWell(request.path, request.body.toString())(reply, request));
  const addresses = {
    ...{ faulty: faulty.url, standby: standby.url, refused: nobody },
    ...{ unnamed: 'http://nowhere.invalid', untrusted: plain.url },
  };
  const providers: Record<string, object> = {};
  for (const [where, url] of Object.entries(addresses)) {
    for (const { dialect, version } of Object.values(families))
      providers[`${dialect}-${where}`] = { dialect, baseUrl: url + version, apiKey: 'key' };
  }
  const configuration = {
    ...{ providers, routes: cells.map(routeFor) },
    proxy: { firstByteTimeoutMs: 2500, idleTimeoutMs: 2500 },
  };
  const house = await openHouse({ configuration });
  return {
    ...{ house, faulty },
    async close() {
      await house.close();
      await Promise.all([faulty.close(), standby.close()]);
      plain.close();
    },
  };
}

/** Speaks HTTP where a secure connection is wanted. */
async function plainServer(): Promise<{ url: string; close(): void }> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

function routeFor({ model, fault, pair, company }: Cell): object {
  const { does } = faults[fault] as Fault;
  const where = typeof does === 'string' ? does : 'faulty';
  const target = { provider: `${families[pair.wire].dialect}-${where}`, model };
  const standby = { provider: `${families[pair.own].dialect}-standby`, model };
  return {
    ...{ name: model, match: { model }, targets: [target], retries: 0 },
    fallback: company === 'alone' ? [] : [standby],
  };
}

/** By path and body: which cell it is, and whether it is to be a stream. */
function read(path: string, body: string): { cell: Cell | undefined; form: Form } {
  const model = /cell-\d+-\d+-(?:whole|stream)-\d/.exec(path + body)?.[0];
  const form = path.includes(':stream') || /"stream":\s*true/.test(body) ? 'stream' : 'whole';
  return { cell: cells.find((one) => one.model === model), form };
}

function behaviourOf(path: string, body: string, seen: Set<string>): Behaviour {
  const { cell, form } = read(path, body);
  const does = cell && (faults[cell.fault] as Fault).does;
  if (!cell || !does || typeof does === 'string') throw new Error(`Nobody was to ask for ${path}.`);
  const wire = wireAnswers[cell.pair.wire];
  const isFirst = !seen.has(cell.model);
  seen.add(cell.model);
  if (isFirst && cell.fault === 'answers well after an error')
    return answer({ status: 500, pieces: [wire.refusal], framing: 'length' });
  return does[form](wire);
}

function answerWell(path: string, body: string): Behaviour {
  const { cell, form } = read(path, body);
  return well(wireAnswers[cell?.pair.own ?? 'openai-chat'], form);
}

const well = ({ whole, opening, content, rest }: WireAnswer, form: Form): Behaviour =>
  form === 'whole' ? answer({ pieces: [whole], framing: 'length' }) : answerStream([opening + content, rest]);
