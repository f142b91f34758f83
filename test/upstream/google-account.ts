// A service account of nobody's, and a server that gives out tokens for it as Google's does.
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** As Google's console writes it. */
export const accountJson = (tokenUri: string): Record<string, string> => ({
  ...{ type: 'service_account', project_id: 'some-project', private_key_id: 'kid-1', private_key: privateKey },
  ...{ client_email: 'proxy@some-project.iam.gserviceaccount.com', token_uri: tokenUri },
});

export interface Assertion {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** Signed by the account's key. */
  genuine: boolean;
}

export interface TokenServer {
  url: string;
  asked: Assertion[];
  /** What it answers from now on; null: a fresh token, numbered, that holds for an hour. */
  answer: { status: number; body: string } | null;
  close(): Promise<void>;
}

export async function startTokenServer(): Promise<TokenServer> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    self.asked.push(readAssertion(form.get('assertion') ?? ''));
    const token = { access_token: `ya29.token-${self.asked.length}`, expires_in: 3600, token_type: 'Bearer' };
    const { status, body } = self.answer ?? { status: 200, body: JSON.stringify(token) };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const self: TokenServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked: [],
    answer: null,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  return self;
}

function readAssertion(assertion: string): Assertion {
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const json = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString());
  const genuine = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url');
  return { header: json(header), claims: json(claims), genuine };
}
