// A client of this dialect that comes to Anthropic from somebody else brings that one's thoughts along, without a signature
// because nobody signed them: "Invalid `signature` in `thinking` block". They stay here; whoever made them has had them.
import { asArray, asObject, objectsIn } from '../reading/json-reading.ts';

const unsigned = ['"signature":""', '"signature": ""'];

/** A cheap look, so that nobody else's body has to be parsed. */
export const mayHoldUnsignedThoughts = (body: Buffer): boolean => unsigned.some((text) => body.includes(text));

/** Null when there are none. Never changes `json`. */
export function withoutUnsignedThoughts(json: unknown): Record<string, unknown> | null {
  const body = asObject(json);
  if (body === null) return null;
  let found = false;
  const messages = asArray(body.messages).flatMap((value) => {
    const message = asObject(value);
    if (!message || !objectsIn(message.content).some(isUnsigned)) return [value];
    found = true;
    const content = asArray(message.content).filter((block) => !isUnsigned(asObject(block)));
    // A turn that was cut off while it thought: Anthropic refuses messages without content.
    return content.length === 0 ? [] : [{ ...message, content }];
  });
  return found ? { ...body, messages } : null;
}

const isUnsigned = (block: Record<string, unknown> | null): boolean =>
  block?.type === 'thinking' && block.signature === '';
