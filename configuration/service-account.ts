// Reads the JSON that Google's console gives out for a service account.
// https://cloud.google.com/iam/docs/keys-create-delete
import { createPrivateKey } from 'node:crypto';
import type { ConfigurationProblem } from './problems.ts';
import type { ServiceAccount } from './provider.ts';

export interface FoundAccount {
  account: ServiceAccount;
  /** The project it belongs to; ''. */
  project: string;
}

/** Null after a problem has been noted, which never quotes what stands there. */
export function readServiceAccount(path: string, text: string, problems: ConfigurationProblem[]): FoundAccount | null {
  const refuse = (found: string): null => {
    problems.push({
      path,
      found,
      expected: 'the key of a Google service account as JSON, with client_email, private_key and token_uri',
      fix: 'create one under IAM, Service accounts, Keys, and write "file:/path/to/service-account.json"',
    });
    return null;
  };
  const json = objectIn(text);
  if (json === null) return refuse('no JSON object');
  if (json.type !== undefined && json.type !== 'service_account')
    return refuse(`credentials of type "${String(json.type).slice(0, 40)}"`);
  const read = (field: string): string => (typeof json[field] === 'string' ? json[field] : '');
  const account: ServiceAccount = {
    ...{ email: read('client_email'), privateKey: read('private_key'), privateKeyId: read('private_key_id') },
    tokenUri: read('token_uri') || 'https://oauth2.googleapis.com/token',
  };
  if (account.email === '') return refuse('no client_email');
  if (!isPrivateKey(account.privateKey)) return refuse('no usable private_key');
  if (!URL.canParse(account.tokenUri)) return refuse('a token_uri that is no address');
  return { account, project: read('project_id') };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
