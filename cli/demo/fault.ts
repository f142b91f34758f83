// What can go wrong at a simulated provider, drawn from the model's error rates; each provider says it in its own words.
import type { ModelProfile } from './models.ts';
import type { Random } from './random.ts';

export type Fault = 'rate-limited' | 'overloaded' | 'breaks-off' | null;

/** Draws at most one fault. `severity` multiplies the rates: 0 none at all, 1 as the profile says. */
export function drawFault(profile: ModelProfile, random: Random, severity: number): Fault {
  const draw = random.next();
  const limited = profile.rateLimited * severity;
  const overloaded = limited + profile.overloaded * severity;
  if (draw < limited) return 'rate-limited';
  if (draw < overloaded) return 'overloaded';
  return draw < overloaded + profile.breaksOff * severity ? 'breaks-off' : null;
}
