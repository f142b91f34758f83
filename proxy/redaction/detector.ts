// What a detector is: it looks at one scanned text and reports the stretches it claims. Detectors keep no state.
import type { Kind } from './kinds.ts';
import type { Scan } from './scan.ts';

/** `start` is inside the stretch, `end` is not; both are UTF-16 offsets into `scan.text`. */
export type Report = (kind: Kind, start: number, end: number) => void;

/** Looks through an encoding: the strongest kind found in text that was decoded from this one, or null. */
export type LookInside = (decoded: string) => Kind | null;

export interface Detector {
  readonly name: string;
  find(scan: Scan, report: Report, lookInside: LookInside): void;
}
