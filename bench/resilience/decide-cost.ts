// What one decision among twenty targets costs, with health that changes under it as in traffic. In CPU time, so that what
// else the machine does is not counted.
import { createHealth } from '../../proxy/health/health.ts';
import { createChooser } from './choosing.ts';
import { seededRandom } from './simulated-time.ts';

const targets = 20;
const decisions = 20_000;
const rounds = 7;

/** Median of several rounds, in microseconds. */
export function decideMicros(): number {
  const random = seededRandom(1);
  let now = 1_800_000_000_000;
  const health = createHealth({ clock: () => now, random });
  const weights = Array.from({ length: targets }, (_, at) => 1 + (at % 4));
  const chooser = createChooser({ weights, health, clock: () => now, random });
  const call = (at: number): void => {
    const call = health.began(chooser.keys[at % targets]!, info);
    health.firstToken(call);
    health.ended(call, random() < 0.01 ? { ...result, verdict: 'failure' } : result);
  };
  for (let at = 0; at < 2_000; at++) {
    now += 10;
    call(at);
  }
  const microsEach = (work: (at: number) => void): number => {
    const began = process.cpuUsage();
    for (let at = 0; at < decisions; at++) {
      now += 1;
      work(at);
    }
    const { user, system } = process.cpuUsage(began);
    return (user + system) / decisions;
  };
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const both = microsEach((at) => {
      call(at);
      chooser.decide();
    });
    took.push(both - microsEach(call));
  }
  return Number(took.sort((one, other) => one - other)[rounds >> 1]!.toFixed(2));
}

const info = { model: 'model', inputTokens: 900, stream: true, firstTokenLimitMs: 30_000 };
const result = {
  verdict: 'success',
  firstTokenMs: 400,
  totalMs: 2_000,
  longestGapMs: 80,
  outputTokens: 120,
  rateLimit: { headroom: 0.8, resetAt: null, retryAfterMs: null },
} as const;
