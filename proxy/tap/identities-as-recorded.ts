// Names of users, teams and keys as records have them: what the redactor would mask is a pseudonym, the same as in the record.
// For whoever counts by such names outside the recording worker.
import { createRedactor, type Redactor } from '../redaction/redactor.ts';
import { readPseudonymKey } from './pseudonym-key.ts';

/** Reads the key of the pseudonyms, or makes it, when first it is asked. Throws file system errors. */
export function identitiesAsRecorded(directory: string): (value: string) => string {
  let redactor: Redactor | null = null;
  return (value) => {
    redactor ??= createRedactor({ pseudonymKey: readPseudonymKey(directory) });
    return redactor.identity(value);
  };
}
