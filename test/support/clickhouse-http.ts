// ClickHouse's HTTP interface over the embedded engine, so that the path to a server is tested over real sockets and with
// faults on command. The engine is ClickHouse's; the transport is ours, so this is no proof against a real server.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Session } from 'chdb';

/**
 * `reset`: the socket dies before anything is done. `stall`: no answer, ever. `error-500` and `error-429`: refused, as a
 * proxy in between would. `slow`: answers after a while. `error-500-after-commit` and `reset-after-commit`: done, but
 * the caller is not told.
 */
export type ClickHouseFault =
  | 'reset'
  | 'stall'
  | 'error-500'
  | 'error-429'
  | 'slow'
  | 'error-500-after-commit'
  | 'reset-after-commit';

export interface ClickHouseHttp {
  readonly url: string;
  /** The next request whose SQL matches meets this fault; one request per call. */
  inject(fault: ClickHouseFault, sql: RegExp): void;
  /** New connections are refused until `accept()`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Requests that matched, since the start. */
  requests(sql: RegExp): number;
  close(): Promise<void>;
}

interface Asked {
  sql: string;
  settings: URLSearchParams;
  body: Buffer;
}

/** `directory` holds the engine's data and uploaded bodies; it is made here and removed by close(). */
export async function startClickHouseHttp(parent: string): Promise<ClickHouseHttp> {
  const directory = await mkdtemp(path.join(parent, 'clickhouse-http-'));
  const execute = createExecutor(directory);
  const faults: { fault: ClickHouseFault; sql: RegExp }[] = [];
  const seen: string[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://clickhouse');
    if (url.pathname === '/ping') return void response.end('Ok.\n');
    const asked = read(url, await buffer(request));
    seen.push(asked.sql);
    const at = faults.findIndex(({ sql }) => sql.test(asked.sql));
    const fault = at >= 0 ? faults.splice(at, 1)[0]!.fault : null;
    if (fault === 'stall') return;
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === 'error-500') return void response.writeHead(500).end('Internal Server Error');
    if (fault === 'error-429') return void response.writeHead(429).end('Too Many Requests');
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 50));
    const result = await execute(asked);
    if (fault === 'reset-after-commit') return void request.socket.destroy();
    if (fault === 'error-500-after-commit') return void response.writeHead(500).end('Internal Server Error');
    response.writeHead(result.status, result.headers).end(result.body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const refuse = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://default:secret@127.0.0.1:${port}`,
    inject: (fault, sql) => void faults.push({ fault, sql }),
    refuse,
    async accept() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    requests: (sql) => seen.filter((statement) => sql.test(statement)).length,
    async close() {
      if (server.listening) await refuse();
      execute.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** With `query` in the URL the body is data, without it the body is the query. */
function read(url: URL, body: Buffer): Asked {
  const inUrl = url.searchParams.get('query');
  return { sql: inUrl ?? body.toString(), settings: url.searchParams, body: inUrl === null ? Buffer.alloc(0) : body };
}

interface Result {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const notSettings = new Set(['query', 'query_id', 'database', 'wait_end_of_query', 'insert_deduplication_token']);

/** Settings stick to a session, so readers (who come with `readonly`) and writers have one each, set at first use. */
function createExecutor(directory: string) {
  const store = path.join(directory, 'store');
  const sessions = { reader: new Session(store), writer: new Session(store) };
  const set = new Set<string>();
  const last = { reader: Promise.resolve(), writer: Promise.resolve() };
  let uploads = 0;

  const prepare = async ({ sql, settings, body }: Asked): Promise<string> => {
    const upload = /FROM input\((?<structure>'.*')\) FORMAT JSONEachRow\s*$/s.exec(sql);
    if (!upload) return sql;
    const file = path.join(directory, `upload-${uploads++}`);
    await writeFile(file, body);
    const token = settings.get('insert_deduplication_token') ?? '';
    return sql
      .slice(0, upload.index)
      .replace(' SELECT ', ` SETTINGS insert_deduplication_token = '${token}' SELECT `)
      .concat(`FROM file('${file}', 'JSONEachRow', ${upload.groups!.structure})`);
  };

  const run = async (role: 'reader' | 'writer', asked: Asked): Promise<Result> => {
    const parameters = [...asked.settings].filter(([name]) => name.startsWith('param_'));
    const engineSettings = [...asked.settings].filter(([name]) => !notSettings.has(name) && !name.startsWith('param_'));
    // `readonly` last: it forbids what comes after it.
    engineSettings.sort(([one], [other]) => Number(one === 'readonly') - Number(other === 'readonly'));
    const prologue = [...(set.has(role) ? [] : engineSettings), ...parameters];
    set.add(role);
    const statements = [...prologue.map(([name, value]) => `SET ${name} = ${quote(value)}`), await prepare(asked)];
    try {
      const result = await sessions[role].queryAsync(statements.join('; '), { format: 'TabSeparated' });
      return { status: 200, headers: {}, body: Buffer.from(result.bytes()) };
    } catch (error) {
      // The engine puts what a failed query had written before the next answer of the session: throw it away.
      await sessions[role].queryAsync('SELECT 1', { format: 'TabSeparated' });
      return failure(error instanceof Error ? error.message : String(error));
    }
  };

  const execute = (asked: Asked): Promise<Result> => {
    const role = asked.settings.has('readonly') ? 'reader' : 'writer';
    const result = last[role].then(() => run(role, asked));
    last[role] = result.then(() => undefined);
    return result;
  };
  const close = (): void => {
    for (const session of Object.values(sessions)) session.close();
  };
  return Object.assign(execute, { close });
}

function failure(message: string): Result {
  const code = /Code: (\d+)/.exec(message)?.[1] ?? '1000';
  const body = Buffer.from(message.slice(Math.max(0, message.indexOf('Code:'))));
  return { status: 500, headers: { 'x-clickhouse-exception-code': code }, body };
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
