// Numbers the worker keeps where the main thread can see them without asking: memory that both threads share. One thread
// writes each of them; a reader may see one a moment before another, never a wrong one (aligned 64-bit stores are whole).
import type { RecordingStatus } from '../recording/recording.ts';

const fields = [
  'handledBytes',
  'complete',
  'partial',
  'gap',
  'blocked',
  'waitingSegments',
  'waitingBytes',
  'delivered',
  'refused',
  'lastSuccessAt',
  'beats',
] as const;
export type StatusField = (typeof fields)[number];
const places = Object.fromEntries(fields.map((field, index) => [field, index])) as Record<StatusField, number>;

export class SharedStatus {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Float64Array;

  constructor(memory = new SharedArrayBuffer(fields.length * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#numbers = new Float64Array(memory);
  }

  get(field: StatusField): number {
    return this.#numbers[places[field]] ?? 0;
  }

  set(field: StatusField, value: number): void {
    this.#numbers[places[field]] = value;
  }

  add(field: StatusField, value: number): void {
    this.set(field, this.get(field) + value);
  }

  publish({ counters, blocked, ...status }: RecordingStatus): void {
    this.set('complete', counters.complete);
    this.set('partial', counters.partial);
    this.set('gap', counters.gap);
    this.set('blocked', blocked ? 1 : 0);
    this.set('waitingSegments', status.waitingSegments);
    this.set('waitingBytes', status.waitingBytes);
    this.set('delivered', status.delivered);
    this.set('refused', status.refused);
    this.set('lastSuccessAt', status.lastSuccessAt ?? 0);
    this.add('beats', 1);
  }
}
