// Labels for the buckets of a chart, in the reporting time zone.
import { formatBucket, formatBucketRange, formatDay } from '../format/time.ts';
import { useWindow } from '../window/use-window.ts';

export function useBucketLabels() {
  const { resolved } = useWindow();
  return (at: readonly number[], { step, timezone }: { step: number; timezone: string }) => {
    const label = { step, timezone, span: resolved.value.to - resolved.value.from };
    // Over several days only the first bucket of each day is named.
    const days = at.map((moment) => formatDay(moment, timezone));
    const hasDays = label.span > 2 * 86_400_000;
    const dayLabel = (index: number) => (days[index] === days[index - 1] ? '' : days[index]!);
    return {
      labels: at.map((moment, index) => (hasDays ? dayLabel(index) : formatBucket(moment, label))),
      titles: at.map((moment) => formatBucketRange(moment, label)),
    };
  };
}
