// Time of day in a zone: `22:00-06:00 Europe/Berlin`, from the first minute to before the second, over midnight too.

export type HoursMatcher = (now: number) => boolean;

export function compileHours(hours: string): HoursMatcher {
  const [span = '', zone = 'UTC'] = hours.split(' ');
  const [from = 0, to = 0] = span.split('-').map(minuteOfDay);
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  // Formatting costs more than the rest of a decision, and its answer holds for a minute.
  let askedMinute = Number.NaN;
  let answer = false;
  return (now) => {
    const minute = Math.floor(now / 60_000);
    if (minute !== askedMinute) {
      askedMinute = minute;
      answer = isWithin(minuteOfDay(clock.format(now)), from, to);
    }
    return answer;
  };
}

function minuteOfDay(clock: string): number {
  const [hours, minutes] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** A span that ends where it begins is the whole day. */
function isWithin(minute: number, from: number, to: number): boolean {
  if (from === to) return true;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}
