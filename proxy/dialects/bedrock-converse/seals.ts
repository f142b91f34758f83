// The seals of Anthropic's thoughts as Converse carries them. They are the same as on Anthropic's own API, so that thoughts
// may go back by either way; only what nobody may read is packed once more, because here it is bytes and there it is text.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningContentBlock.html
import type { ReasoningPart, Seal } from '../neutral/request.ts';
import { asText, type JsonObject } from '../reading/json-reading.ts';

export function sealsIn(thought: JsonObject): Seal[] {
  const signature = asText(thought.signature);
  const redacted = Buffer.from(asText(thought.redactedContent), 'base64').toString('utf8');
  return [
    ...(signature === '' ? [] : [sealOf('signature', signature)]),
    ...(redacted === '' ? [] : [sealOf('redacted', redacted)]),
  ];
}

const sealOf = (kind: Seal['kind'], value: string): Seal => ({ origin: 'anthropic', kind, value, id: '' });

/** Null: nothing that could be sent back. */
export function sealedBlock({ text, seal }: ReasoningPart): JsonObject | null {
  if (seal?.origin !== 'anthropic') return null;
  if (seal.kind === 'redacted') {
    return { reasoningContent: { redactedContent: Buffer.from(seal.value, 'utf8').toString('base64') } };
  }
  return seal.kind === 'signature' ? { reasoningContent: { reasoningText: { text, signature: seal.value } } } : null;
}
