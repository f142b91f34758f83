// What can be masked, what stands in its place, and which kind names a stretch of text that several detectors claim.

export const kinds = [
  'private_key',
  'jwt',
  'key',
  'credential',
  'card',
  'iban',
  'ssn',
  'email',
  'ip',
  'phone',
] as const;

export type Kind = (typeof kinds)[number];

/** Lower is stronger: when findings overlap the whole stretch is masked once, under the strongest kind. */
export const rank = Object.fromEntries(kinds.map((kind, index) => [kind, index])) as Record<Kind, number>;

export const placeholder = Object.fromEntries(kinds.map((kind) => [kind, `[${kind.toUpperCase()}]`])) as Record<
  Kind,
  string
>;

/** True for text that is nothing but placeholders, so that redacting twice changes nothing. */
export const isPlaceholder = (text: string): boolean =>
  /^(?:\[(?:PRIVATE_KEY|JWT|KEY|CREDENTIAL|CARD|IBAN|SSN|EMAIL|IP|PHONE)\])+$/.test(text);
