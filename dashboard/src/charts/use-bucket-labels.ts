// Labels for the buckets of a chart, in the reporting time zone: round hours and whole days, never more than fit.
import { formatBucket, formatBucketRange, formatDay } from '../format/time.ts';
import { useWindow } from '../window/use-window.ts';

const tickMinutes = [1, 5, 10, 15, 30, 60, 120, 180, 360];
const labelsWanted = 10;
const severalDays = 2 * 86_400_000;

export function useBucketLabels() {
  const { resolved } = useWindow();
  return (at: readonly number[], { step, timezone }: { step: number; timezone: string }) => {
    const span = resolved.value.to - resolved.value.from;
    const label = { step, timezone, span };
    const days = at.map((moment) => formatDay(moment, timezone));
    const dayLabel = (index: number) => (days[index] === days[index - 1] ? '' : days[index]!);
    return {
      labels: at.map((moment, index) =>
        span > severalDays ? dayLabel(index) : clockLabel(formatBucket(moment, label), span),
      ),
      titles: at.map((moment) => formatBucketRange(moment, label)),
    };
  };
}

/** The clock where it is round enough for this span, else nothing. */
function clockLabel(clock: string, span: number): string {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  const tick = tickMinutes.find((each) => span / (each * 60_000) <= labelsWanted) ?? 360;
  return (hours * 60 + minutes) % tick === 0 ? clock : '';
}
