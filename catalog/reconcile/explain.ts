// Why an invoice and the record differ for one model and day: the hypothesis that accounts for the difference to the
// nano-dollar, on the side of the invoice or on that of the record; two of them together; or one bucket at another price.
import type { Cause } from '../../contract/questions/reconcile.ts';
import { missingCauses, type TokenGap } from './missing.ts';
import type { BucketSum, Suspicion } from './suspects.ts';

/** Amounts in nano-dollars. */
export interface Difference {
  invoice: bigint;
  /** How far the invoice may be off by its own rounding. */
  invoiceSlack: bigint;
  recorded: bigint;
  /** Calls in the record: each was rounded to a nano-dollar. */
  calls: number;
  /** By the book of today. */
  expected: bigint;
  suspicions: readonly Suspicion[];
  buckets: ReadonlyMap<string, BucketSum>;
  /** Token counts of the invoice that are not those of the record. */
  gaps: readonly TokenGap[];
}

const most = 3;

/** Exact ones first, then by what is left; none when the two agree. */
export function explain(difference: Difference): Cause[] {
  const { invoice, recorded, expected } = difference;
  const slack = slackOf(difference);
  if (distance(invoice, recorded) <= slack) return [];
  // The invoice goes by the book and the record does not, so it is the record that needs explaining.
  const recordIsOff = distance(invoice, expected) <= slack;
  const wanted = recordIsOff ? recorded : invoice;
  const side = recordIsOff ? 'record' : 'invoice';
  const singles = difference.suspicions.map((suspicion) => causeOf([suspicion], { side, wanted, expected, slack }));
  const exact = ranked(singles.filter((cause) => cause.exact));
  if (exact.length > 0) return exact.slice(0, most);
  const missing = missingCauses(difference, slack);
  if (missing.some((cause) => cause.exact)) return missing;
  const price = ranked(oneBucketsPrice(difference, { side, wanted, slack }));
  if (price.length > 0) return price.slice(0, most);
  const pairs = ranked(pairsOf(difference.suspicions).map((two) => causeOf(two, { side, wanted, expected, slack })));
  const both = pairs.filter((cause) => cause.exact);
  if (both.length > 0) return both.slice(0, most);
  const near = singles.filter((cause) => isTelling(cause, distance(wanted, expected)));
  return ranked([...missing, ...near]).slice(0, most);
}

export function slackOf({ invoiceSlack, calls }: Pick<Difference, 'invoiceSlack' | 'calls'>): bigint {
  return invoiceSlack + BigInt(Math.ceil(calls / 2));
}

interface Wanted {
  side: Cause['side'];
  wanted: bigint;
  expected: bigint;
  slack: bigint;
}

function causeOf(suspicions: readonly Suspicion[], { side, wanted, expected, slack }: Wanted): Cause {
  const delta = suspicions.reduce((sum, one) => sum + one.delta, 0n);
  const left = distance(wanted, expected + delta);
  return {
    rule: suspicions.map(({ hypothesis }) => hypothesis.name).join(' + '),
    bucket: [...new Set(suspicions.map(({ hypothesis }) => hypothesis.bucket))].join(', '),
    side,
    sentence: `The ${side} fits if ${suspicions.map(({ hypothesis }) => hypothesis.says).join(', and ')}.`,
    calls: Math.max(...suspicions.map(({ calls }) => calls)),
    nanos: String(delta),
    leftNanos: String(left),
    exact: left <= slack,
  };
}

/** A price of at most four decimals, so that not every difference has one. */
function oneBucketsPrice(
  { expected, buckets }: Difference,
  { side, wanted, slack }: Omit<Wanted, 'expected'>,
): Cause[] {
  return [...buckets].flatMap(([bucket, { tokens, nanos }]) => {
    const share = Number(wanted - expected) + nanos;
    if (tokens === 0n || share < 0) return [];
    const tenThousandths = Math.round((share * 1e6) / Number(tokens) / 1e5);
    const billed = (tenThousandths * 1e5 * Number(tokens)) / 1e6;
    const left = BigInt(Math.round(Math.abs(billed - share)));
    // With coarse amounts every price would do: the slack must be far smaller than one step of the price.
    const isSharp = Number(slack) * 20 < Number(tokens) / 10;
    if (left > slack || !isSharp) return [];
    const listed = ((nanos / Number(tokens)) * 1e-3).toFixed(4);
    const sentence = `The ${side} fits if ${bucket} costs $${(tenThousandths / 1e4).toFixed(4)} a million instead of $${listed}.`;
    const delta = BigInt(Math.round(billed - nanos));
    return [
      {
        rule: 'another-price',
        bucket,
        side,
        sentence,
        calls: 0,
        nanos: String(delta),
        leftNanos: String(left),
        exact: true,
      },
    ];
  });
}

function* pairs(all: readonly Suspicion[]): Generator<[Suspicion, Suspicion]> {
  for (const [index, first] of all.entries())
    for (const second of all.slice(index + 1))
      if (first.hypothesis.bucket !== second.hypothesis.bucket) yield [first, second];
}
const pairsOf = (all: readonly Suspicion[]): [Suspicion, Suspicion][] => [...pairs(all)];

/** Takes away at least four fifths of the difference. */
const isTelling = (cause: Cause, whole: bigint): boolean => BigInt(cause.leftNanos) * 5n <= whole;

/** Sorting is stable: among equals the order of the table stays. */
function ranked(causes: readonly Cause[]): Cause[] {
  return [...causes].sort((one, other) => {
    if (one.exact !== other.exact) return one.exact ? -1 : 1;
    return one.exact ? 0 : Number(BigInt(one.leftNanos) - BigInt(other.leftNanos));
  });
}

const distance = (one: bigint, other: bigint): bigint => (one > other ? one - other : other - one);
