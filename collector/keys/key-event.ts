// What happened to a key, as the audit log has it: who it was done to, never the key.
import { randomUUID } from 'node:crypto';
import type { KeyRecord } from '../../contract/access/key.ts';
import type { EventAction, NewEvent } from '../../contract/event.ts';

export function keyEvent(
  action: EventAction,
  { id, tenant }: KeyRecord,
  ...[startedAt, detail]: [number, Record<string, string>]
): NewEvent {
  return { id: randomUUID(), startedAt, tenant, actor: 'operator', action, subject: id, detail };
}
