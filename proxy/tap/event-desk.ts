// The worker's desk for events: redacts them, puts them among the records, and says which of them are on disk.
import type { EventRecord, NewEvent } from '../../contract/event.ts';
import type { Recording } from '../recording/recording.ts';
import type { Frame } from './frames.ts';
import type { RecordMasking } from './record-masking.ts';
import type { EventReceipt } from './worker-messages.ts';

export interface EventDeskOptions {
  boot: string;
  recording: Pick<Recording, 'event' | 'flushed'>;
  masking: Pick<RecordMasking, 'text'>;
  onReceipt(receipt: EventReceipt): void;
}

export class EventDesk {
  readonly #options: EventDeskOptions;
  #written: string[] = [];
  #refused: string[] = [];

  constructor(options: EventDeskOptions) {
    this.#options = options;
  }

  take({ payload }: Pick<Frame, 'payload'>): void {
    const { boot, masking, recording } = this.#options;
    const event = JSON.parse(payload.toString()) as NewEvent;
    recording.event(JSON.stringify(eventRecord(event, boot, masking)), (written) =>
      (written ? this.#written : this.#refused).push(event.id),
    );
  }

  /** Called often: what was written since the last time is brought to disk, and told. */
  async settle(): Promise<void> {
    if (this.#written.length + this.#refused.length === 0) return;
    const receipt = { written: this.#written, refused: this.#refused };
    [this.#written, this.#refused] = [[], []];
    await this.#options.recording.flushed();
    this.#options.onReceipt(receipt);
  }
}

/** Who, to what and every detail may hold what somebody wrote; ids and actions are ours. */
export function eventRecord(event: NewEvent, boot: string, { text }: Pick<RecordMasking, 'text'>): EventRecord {
  const { id, startedAt, tenant = 'default', actor = '', action, subject = '', detail = {} } = event;
  const masked = Object.entries(detail).map(([name, value]) => [text(name), text(value)]);
  return {
    kind: 'event',
    ...{ id, boot, startedAt, tenant, actor: text(actor), action, subject: text(subject) },
    detail: Object.fromEntries(masked),
  };
}
