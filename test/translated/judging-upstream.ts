// A provider that keeps what its rule book says of each request and gives the shortest answer there is: which provider it is
// stands first in the path.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RuleBook, ruleBooks, type SentRequest } from './rule-books.ts';

export interface JudgingUpstream {
  url: string;
  /** Requests of this provider that have come since the last call, with what is wrong with each. */
  verdicts(provider: string): { request: SentRequest; problems: string[] }[];
  close(): Promise<void>;
}

type Judge = (book: RuleBook, request: SentRequest) => string[];

export async function startJudgingUpstream(alsoJudge: Judge = () => []): Promise<JudgingUpstream> {
  const verdicts = new Map<string, { request: SentRequest; problems: string[] }[]>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, name = '', ...rest] = (request.url ?? '').split('/');
    const book = ruleBooks.find((each) => each.name === name) as RuleBook;
    const sent: SentRequest = {
      ...{ path: `/${rest.join('/')}`, headers: request.headers as Record<string, string> },
      body: JSON.parse(Buffer.concat(chunks).toString()),
    };
    const problems = [...judged(() => book.problemsOf(sent)), ...judged(() => alsoJudge(book, sent))];
    verdicts.set(name, [...(verdicts.get(name) ?? []), { request: sent, problems }]);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(book.answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    verdicts(provider) {
      const found = verdicts.get(provider) ?? [];
      verdicts.delete(provider);
      return found;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What a rule book cannot even read is a problem like any other. */
function judged(judge: () => string[]): string[] {
  try {
    return judge();
  } catch (error) {
    return [`cannot be read: ${error}`];
  }
}
