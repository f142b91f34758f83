// What a provider's fields must agree on, and where its cloud's own credentials come from.
import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../configuration/load.ts';
import { masked } from '../../configuration/secrets.ts';
import { accountJson } from '../upstream/google-account.ts';
import { folderWith, load, problemsOf } from './folder.ts';

const providers = (section: Record<string, object>) => ({ file: { providers: section } });
const baseUrl = 'http://127.0.0.1:9';
const account = accountJson('https://oauth2.googleapis.com/token');
const credentials = JSON.stringify(account);
const { project_id: _, ...homeless } = account;
const aws = { accessKeyId: 'a', secretAccessKey: 's' };
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });

test.each<[string, Record<string, object>, string, string]>([
  [
    'a format that nobody there speaks',
    { anthropic: { speaks: 'openai-chat' }, gemini: { like: 'google', speaks: 'openai-responses' } },
    'providers.gemini.speaks',
    'take the line out, and it is asked in the format it speaks best',
  ],
  [
    'a format of embeddings',
    { openai: { speaks: 'openai-embeddings' } },
    'providers.openai.speaks',
    'take the line out, and it is asked in the format it speaks best',
  ],
  [
    'a project elsewhere than at Vertex AI',
    { google: { project: 'p' } },
    'providers.google.project',
    'take it out, or correct "like" or "dialect"',
  ],
  [
    'a service account elsewhere',
    { google: { credentials } },
    'providers.google.credentials',
    'take it out, or correct "like" or "dialect"',
  ],
  [
    'keys of Amazon’s elsewhere',
    { anthropic: { aws } },
    'providers.anthropic.aws',
    'take it out, or correct "like" or "dialect"',
  ],
  [
    'half a pair of keys',
    { bedrock: { region: 'us-east-1', aws: { ...aws, accessKeyId: '' } } },
    'providers.bedrock.aws',
    'write both, each as "env:NAME" or "file:/path", or give an apiKey instead',
  ],
  [
    'signatures for no region',
    { bedrock: { baseUrl, aws } },
    'providers.bedrock.region',
    'set it here, or export AWS_REGION',
  ],
  [
    'a region that is no cloud’s',
    { bedrock: { region: 'eu' } },
    'providers.bedrock.region',
    'set it here, or export AWS_REGION',
  ],
  [
    'a service account without a project',
    { vertex: { credentials: JSON.stringify(homeless) } },
    'providers.vertex.project',
    'set it here, or export GOOGLE_CLOUD_PROJECT',
  ],
])('%s is refused with a line that says what to do', (_claim, section, at, fix) => {
  expect(problemsOf(providers(section)).map((problem) => [problem.path, problem.fix])).toEqual([[at, fix]]);
});

test.each<Record<string, object>>([
  {
    anthropic: { speaks: 'anthropic-messages' },
    google: { speaks: 'openai-chat' },
    zai: { speaks: 'anthropic-messages' },
  },
  { bedrock: { region: 'us-east-1', speaks: 'openai-responses', aws } },
  { ollama: { speaks: 'openai-responses' }, deepseek: { speaks: 'openai-responses' } },
  { vertex: { apiKey: 'express' } },
])('%j is accepted', (section) => {
  expect(load(providers(section)).providers).toHaveLength(Object.keys(section).length);
});

describe('a service account', () => {
  const vertex = (setting: Parameters<typeof load>[0]) =>
    load(setting).providers.find(({ dialect }) => dialect === 'vertex');

  test('is read from a file beside the configuration, and says whose project it is', () => {
    const config = { providers: { vertex: { credentials: 'file:account.json' } } };
    const cwd = folderWith({ 'account.json': account, 'sightline.config.json': config });
    expect(loadConfiguration({ cwd, env: {} }).providers[0]).toMatchObject({
      project: 'some-project',
      clientKeys: 'ignore',
      serviceAccount: { email: account.client_email, privateKeyId: 'kid-1', tokenUri: account.token_uri },
    });
  });

  test('may stand in the environment, and a project written beside it wins', () => {
    const section = { vertex: { credentials: 'env:ACCOUNT', project: 'mine' } };
    const found = vertex({ ...providers(section), env: { ACCOUNT: credentials } });
    expect(found).toMatchObject({ project: 'mine', serviceAccount: { email: account.client_email } });
  });

  describe('of GOOGLE_APPLICATION_CREDENTIALS', () => {
    const cwd = () => folderWith({ 'account.json': account, 'user.json': { type: 'authorized_user' } });
    const env = (file: string, more = {}) => ({ GOOGLE_APPLICATION_CREDENTIALS: path.join(cwd(), file), ...more });
    const project = { GOOGLE_CLOUD_PROJECT: 'p' };

    test('is used where a project says that Vertex AI is meant', () => {
      expect(vertex({ env: env('account.json', project) })?.serviceAccount?.email).toBe(account.client_email);
      expect(vertex({ env: env('account.json') })?.serviceAccount).toBeNull();
    });

    test('never goes to an address written in the file', () => {
      const setting = { ...providers({ vertex: { baseUrl } }), env: env('account.json', project) };
      expect(vertex(setting)?.serviceAccount).toBeNull();
    });

    test('is left alone with a word about it where it is somebody’s login', () => {
      const { notices, providers: found } = load({ env: env('user.json', project) });
      expect(notices.join()).toContain('is not used for vertex: it holds credentials of type "authorized_user"');
      expect(found.find(({ name }) => name === 'vertex')?.serviceAccount).toBeNull();
    });
  });

  test.each<[string, object | string]>([
    ['no JSON object', 'sk-secret-nonsense'],
    ['credentials of type "authorized_user"', { ...account, type: 'authorized_user' }],
    ['no client_email', { ...account, client_email: 7 }],
    ['no usable private_key', { ...account, private_key: 'sk-secret-nonsense' }],
    ['no usable private_key', { ...account, private_key: elliptic }],
    ['a token_uri that is no address', { ...account, token_uri: 'oauth' }],
  ])('that is none is refused: %s', (found, content) => {
    const written = typeof content === 'string' ? content : JSON.stringify(content);
    const [problem, ...more] = problemsOf(providers({ vertex: { credentials: written, project: 'p' } }));
    expect(problem).toMatchObject({ path: 'providers.vertex.credentials', found });
    expect(JSON.stringify(problem)).not.toContain('nonsense');
    expect(more).toEqual([]);
  });

  test('is never shown', () => {
    expect(masked('providers.vertex.credentials', credentials)).toBe('***');
    expect(masked('providers.vertex.credentials', 'file:a.json')).toBe('file:a.json');
  });
});
