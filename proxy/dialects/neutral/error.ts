// A provider's refusal in words of ours: the class decides what the client's SDK is told and whether somebody else is asked.
import type { ErrorClass } from '../../../contract/words.ts';

export type { ErrorClass };

export interface NeutralError {
  class: ErrorClass;
  /** The provider's own words; '' where it has none. */
  type: string;
  code: string;
  message: string;
  /** The field it complains about, as the provider names it; ''. */
  param: string;
  /** How long it asks to wait, from the body (Gemini's retryDelay); headers are looked at elsewhere. */
  retryAfterMs: number | null;
  /** The provider's error as it came, to be handed on inside ours; null where it was not JSON. */
  raw: unknown;
}
