// A request on its way from the client's format to a provider's: read once, mended with what the client forgot, written for
// the target, and judged by what could not be said there.
import type { ClientSide, ProviderSide } from '../dialects/dialect.ts';
import type { NeutralRequest } from '../dialects/neutral/request.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../dialects/neutral/target.ts';

/** What happens to what a target cannot be told. Null: refuse what would change the answer, drop the rest. */
export type UnsupportedPolicy = 'reject' | 'drop' | null;

export class UnsupportedRequest extends Error {
  override readonly name = 'UnsupportedRequest';
  /** In the client's words. */
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`"${field}" cannot be passed on: ${reason}.`);
    this.field = field;
  }
}

export interface Translation {
  request: NeutralRequest;
  client: ClientSide;
  provider: ProviderSide;
  target: TargetFacts;
  policy: UnsupportedPolicy;
}

export interface TranslatedRequest extends Pick<WrittenRequest, 'body' | 'headers'> {
  /** What was left out, one clause each. */
  notes: string[];
}

/** Throws an UnsupportedRequest where the policy refuses, a RequestProblem where nobody could be asked like this. */
export function translateRequest({ request, client, provider, target, policy }: Translation): TranslatedRequest {
  const { body, headers, unsupported } = provider.writeRequest(request, target);
  const refused = unsupported.find((one) => refuses(policy, one));
  if (refused) throw new UnsupportedRequest(nameOf(refused, client), refused.reason);
  const notes = unsupported.map((one) => `dropped ${nameOf(one, client)} (${one.reason})`);
  return { body, headers, notes: [...new Set(notes)] };
}

function refuses(policy: UnsupportedPolicy, { changesAnswer }: Unsupported): boolean {
  return policy === null ? changesAnswer : policy === 'reject';
}

/**
 * Fields of the neutral request have a name in the client's format. A path into messages is one into the client's where it
 * calls them so too; elsewhere places in its list are others, and the list alone is named.
 */
function nameOf({ field }: Unsupported, client: ClientSide): string {
  if (/^[A-Za-z]+$/.test(field)) return client.fieldName(field as keyof NeutralRequest);
  const messages = client.fieldName('messages');
  return messages !== 'messages' && field.startsWith('messages[') ? messages : field;
}
