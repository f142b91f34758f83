// Signatures for Bedrock, against the algorithm written out by hand from Amazon's description.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AwsRequest, signAws } from '../../proxy/upstream/sign-aws.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Everything about the request that is signed, as the canonical request says it. */
interface Canonical {
  path: string;
  headers: Record<string, string>;
  body: string;
}

function signatureOf({ path, headers, body }: Canonical): string {
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ];
  const scope = '20260102/eu-west-1/bedrock/aws4_request';
  const toSign = ['AWS4-HMAC-SHA256', '20260102T030405Z', scope, sha256(canonical.join('\n'))].join('\n');
  const key = ['eu-west-1', 'bedrock', 'aws4_request'].reduce(hmac, hmac('AWS4secret', '20260102'));
  return hmac(key, toSign).toString('hex');
}

const host = 'bedrock-runtime.eu-west-1.amazonaws.com';
const request: AwsRequest = {
  method: 'POST',
  url: `https://${host}/model/eu.anthropic.claude-opus-5-v1%3A0/converse`,
  headers: [
    ['content-type', 'application/json'],
    ['x-custom', 'a  b'],
  ],
  body: '{"messages":[]}',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: '' },
  region: 'eu-west-1',
  at: new Date('2026-01-02T03:04:05.678Z'),
};
const signed = async (changes: Partial<AwsRequest> = {}) =>
  Object.fromEntries(await signAws({ ...request, ...changes })) as Record<string, string>;

describe('a request signed for Bedrock', () => {
  it('carries the signature that Amazon’s description leads to, its path encoded twice', async () => {
    const headers = await signed();
    const signature = signatureOf({
      path: '/model/eu.anthropic.claude-opus-5-v1%253A0/converse',
      headers: { host, 'x-amz-date': '20260102T030405Z', 'x-custom': 'a b' },
      body: request.body as string,
    });
    expect(headers.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/bedrock/aws4_request, ' +
        `SignedHeaders=host;x-amz-date;x-custom, Signature=${signature}`,
    );
    expect(headers).toMatchObject({ 'x-amz-date': '20260102T030405Z', 'content-type': 'application/json' });
  });

  it('is signed for the path as it goes out, where nobody encoded the id', async () => {
    const headers = await signed({ url: `https://${host}/model/meta.llama:0/converse`, headers: [] });
    const signature = signatureOf({
      path: '/model/meta.llama%3A0/converse',
      headers: { host, 'x-amz-date': '20260102T030405Z' },
      body: request.body as string,
    });
    expect(headers.authorization).toContain(`Signature=${signature}`);
  });

  it('signs the token of temporary credentials as well', async () => {
    const credentials = { ...request.credentials, sessionToken: 'token' };
    const headers = await signed({ credentials, headers: [], body: Buffer.from('{}') });
    const signature = signatureOf({
      path: '/model/eu.anthropic.claude-opus-5-v1%253A0/converse',
      headers: { host, 'x-amz-date': '20260102T030405Z', 'x-amz-security-token': 'token' },
      body: '{}',
    });
    expect(headers['x-amz-security-token']).toBe('token');
    expect(headers.authorization).toContain(`Signature=${signature}`);
  });

  it('leaves the given headers as they are', async () => {
    const headers = structuredClone(request.headers);
    await signed({ headers });
    expect(headers).toEqual(request.headers);
  });
});
