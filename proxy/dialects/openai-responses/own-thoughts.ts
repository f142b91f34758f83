// A client of /responses that comes to OpenAI from somebody else brings thoughts along in items of ours, under ids of ours.
// OpenAI looks an item without encrypted content up by its id: "Item with id 'rs_…' not found", a 404. They stay here.
import { asArray, asObject, asText } from '../reading/json-reading.ts';

/** `rs_`, the id of an exchange (UUIDv7) and a number of two digits or more. OpenAI's own are longer: 48 digits and up. */
const ownId = /^rs_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}[0-9a-f]{2,4}$/;
const longest = 'rs_'.length + 36;

/** A cheap look, so that nobody else's body has to be parsed. */
export function mayHoldOwnThoughts(body: Buffer): boolean {
  for (let at = body.indexOf('"rs_'); at >= 0; at = body.indexOf('"rs_', at + 1)) {
    const [, id = ''] = body.toString('latin1', at, at + longest + 2).split('"');
    if (ownId.test(id)) return true;
  }
  return false;
}

/** The input without them, or null when there are none. Never changes `json`. */
export function inputWithoutOwnThoughts(json: unknown): unknown[] | null {
  const input = asObject(json)?.input;
  if (!Array.isArray(input)) return null;
  const kept = asArray(input).filter((item) => !isOwnThought(asObject(item)));
  return kept.length < input.length ? kept : null;
}

/** What OpenAI itself has sealed it can open again, whatever the id. */
const isOwnThought = (item: Record<string, unknown> | null): boolean =>
  item?.type === 'reasoning' && asText(item.encrypted_content) === '' && ownId.test(asText(item.id));
