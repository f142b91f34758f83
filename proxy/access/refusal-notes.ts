// Refused keys, as the audit log has them: each reason and key at most once a minute, so that whoever knocks a thousand times
// fills nothing. How often it was in between stands beside it.
import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../../contract/event.ts';
import type { GateParts } from './gate.ts';

const onceInMs = 60_000;

/** `onEvent` takes what is to be written down. Bounded: there are few reasons, and no more keys than are known. */
export function createRefusalNotes(onEvent: (event: NewEvent) => void): GateParts['onRefused'] {
  const noted = new Map<string, { at: number; since: number }>();
  return (reason, known, now) => {
    const subject = known?.record.id ?? '';
    const name = `${reason} ${subject}`;
    const last = noted.get(name);
    if (last && now - last.at < onceInMs) {
      last.since += 1;
      return;
    }
    noted.set(name, { at: now, since: 0 });
    const detail = { reason, ...(last && last.since > 0 && { alsoBefore: String(last.since) }) };
    const tenant = known?.record.tenant ?? 'default';
    onEvent({ id: randomUUID(), startedAt: now, tenant, actor: subject, action: 'key.refused', subject, detail });
  };
}
