// Labels for the buckets of a chart, in the reporting time zone.
import { formatBucket, formatBucketRange } from '../format/time.ts';
import { useWindow } from '../window/use-window.ts';

export function useBucketLabels() {
  const { resolved } = useWindow();
  return (at: readonly number[], { step, timezone }: { step: number; timezone: string }) => {
    const label = { step, timezone, span: resolved.value.to - resolved.value.from };
    return {
      labels: at.map((moment) => formatBucket(moment, label)),
      titles: at.map((moment) => formatBucketRange(moment, label)),
    };
  };
}
