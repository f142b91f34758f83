// What two models used for one answer.
import { type Usage, unknownUsage } from '../../contract/usage.ts';
import { addKnown, bucketNames, sumOfBuckets } from '../dialects/reading/usage-buckets.ts';

/** Bucket by bucket what is known of either. */
export function addedUsage(one: Usage, other: Usage): Usage {
  const sum: Usage = { ...unknownUsage };
  for (const name of bucketNames) sum[name] = addKnown(one[name], other[name]);
  return { ...sum, total: sumOfBuckets(sum) };
}
