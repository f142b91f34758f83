// Stands where recording stands, and records nothing.
import type { Recorder } from '../../proxy/tap/recorder.ts';

export const silentRecorder = (): Recorder => ({
  boot: 'bench',
  onFinished() {},
  admits: () => true,
  degraded: () => [],
  open: () => ({ requestBytes() {}, responseHead() {}, responseBytes() {}, close: async () => {} }),
  event() {},
  counters: () => ({ started: 0, complete: 0, partial: 0, gap: 0, open: 0 }),
  metrics: async () => '',
  stop: async () => {},
});
