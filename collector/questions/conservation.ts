// GET /api/conservation: the law started = complete + partial + gap + open per proxy boot, and whether the store holds
// what the proxy counted. Once exchanges of a boot have passed their retention the store can no longer hold all of them:
// then the counters and the segments alone are judged.
import { z } from 'zod';
import { ConservationAnswer } from '../../contract/questions/conservation.ts';
import { type QuestionContext, question } from './question.ts';

/** Boots listed, newest first. */
const mostBoots = 100;
const day = 86_400_000;

type Answered = z.infer<typeof ConservationAnswer>;
type ConservationRow = Answered['rows'][number];

interface SegmentsRow {
  boot: string;
  first_sealed: string;
  last_sealed: string;
  segments_n: string;
  first_n: string;
  last_n: string;
  newest: [string, string, string, string, string];
}

export const conservation = question({
  path: '/api/conservation',
  summary: `Started = complete + partial + gap + open, for the newest ${mostBoots} proxy boots.`,
  query: z.object({}),
  answer: ConservationAnswer,
  ask: (context) => conservationOf(context, mostBoots),
});

/** The law for the newest `most` boots. */
export async function conservationOf(
  { store, clock, keptDays }: Pick<QuestionContext, 'store' | 'clock' | 'keptDays'>,
  most: number,
): Promise<Answered> {
  const boots = await store.read<SegmentsRow>(segmentsSql, { most });
  const names = boots.map(({ boot }) => boot);
  // The newest boots are asked for by name: the names of a set prune far better than a join.
  const counted = names.length > 0 ? await store.read<{ boot: string; stored: string }>(storedSql, { names }) : [];
  const stored = new Map(counted.map((row) => [row.boot, Number(row.stored)]));
  const rows = boots.map((row) => {
    const ageDays = (clock() - Number(row.first_sealed)) / day + 1;
    const whole = { exchanges: ageDays < keptDays.exchanges, segments: ageDays < keptDays.rollups };
    return toRow(row, stored.get(row.boot) ?? 0, whole);
  });
  return { rows, holds: rows.every((row) => row.holds) };
}

// Numbers without gaps: a bitmap counts the distinct ones as exactly as a hash table, in a fraction of its time.
const segmentsSql = `SELECT boot,
  toUnixTimestamp64Milli(min(sealed_at)) AS first_sealed,
  toUnixTimestamp64Milli(max(sealed_at)) AS last_sealed,
  groupBitmap(sequence) AS segments_n,
  min(sequence) AS first_n,
  max(sequence) AS last_n,
  argMax((started, complete, partial, gap, open), sequence) AS newest
FROM {db:Identifier}.segments
GROUP BY boot
ORDER BY last_sealed DESC, boot
LIMIT {most:UInt32}`;

const storedSql = `SELECT boot, groupBitmap(number) AS stored
FROM {db:Identifier}.exchanges
WHERE boot IN {names:Array(String)}
GROUP BY boot`;

/** `whole`: nothing of this boot has passed its retention yet. Sequences begin at 0. */
function toRow(row: SegmentsRow, stored: number, whole: { exchanges: boolean; segments: boolean }): ConservationRow {
  const [started, complete, partial, gap, open] = row.newest.map(Number) as [number, number, number, number, number];
  const first = whole.segments ? 0 : Number(row.first_n);
  const missingSegments = Number(row.last_n) - first + 1 - Number(row.segments_n);
  const balanced = started === complete + partial + gap + open && missingSegments === 0;
  const expected = complete + partial;
  return {
    boot: row.boot,
    sealedAt: Number(row.last_sealed),
    segments: Number(row.segments_n),
    missingSegments,
    counters: { started, complete, partial, gap, open },
    stored,
    holds: balanced && (whole.exchanges ? stored === expected : stored <= expected),
  };
}
