// What providers store for whoever holds their key: answers, files, batches, conversations. All tenants here share that key, so
// an id from somebody's URL could lead into another tenant's; who made what is known to the provider alone.
import type { Admission } from './gate.ts';
import { storedElsewhere } from './refusals.ts';

const collections =
  /\/(?:responses|chat\/completions|conversations|files|uploads|batches|assistants|threads|vector_stores|containers|evals|fine_tuning\/jobs|cachedContents|corpora|skills|videos)(\/[^/]+)?(?:\/|$)/;

/** A list of what is stored, or one of it by its id; making something new is neither. */
export function namesStored(method: string, path: string): boolean {
  const match = collections.exec(path);
  if (!match) return false;
  return match[1] !== undefined || method !== 'POST';
}

const fields = ['previous_response_id', 'conversation'];
const fileId = Buffer.from('"file_id"');

/** Fields of a request body that go on from something stored. */
export function goesOnFromStored(body: Buffer, has: (field: string) => boolean): boolean {
  return fields.some(has) || body.includes(fileId);
}

/** Throws where the key is one of several tenants' and reaches for what lies at the provider under everybody's key. */
export function keepToOwnStore({ known, sharesStore }: Admission, names: () => boolean): void {
  if (known !== null && sharesStore && names()) throw storedElsewhere(known.record);
}
