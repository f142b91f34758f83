// The re-ask detector on the 500 labelled pairs: the half on which its factors were fitted, the half that was held out, and
// beside it the rule of word overlap that LiteLLM documents (a Jaccard index above 0 and below 0.45).
import { readFileSync } from 'node:fs';
import { type Agreement, agreementOf } from '../../evaluation/agreement.ts';
import { reAskFrom, reAskScore } from '../../evaluation/inferred/re-ask.ts';

export interface LabelledPair {
  earlier: string;
  later: string;
  isReAsk: boolean;
  group: string;
  /** Fitted on this one; the others were held out. */
  tuning: boolean;
}

export function labelledPairs(): LabelledPair[] {
  const pairs = [...pairsIn('yes', true), ...pairsIn('no', false)];
  return pairs.map((pair, at) => ({ ...pair, tuning: at % 2 === 0 }));
}

function pairsIn(name: string, isReAsk: boolean): Omit<LabelledPair, 'tuning'>[] {
  const file = new URL(`./re-ask-pairs-${name}.txt`, import.meta.url);
  let group = '';
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('# ')) group = line.slice(2);
      const [earlier, later] = line.split(' => ');
      return line.startsWith('# ') || !earlier || !later ? [] : [{ earlier, later, isReAsk, group }];
    });
}

const isReAsk = ({ earlier, later }: LabelledPair): boolean => reAskScore(earlier, later) >= reAskFrom;

export function wordOverlapSays({ earlier, later }: LabelledPair): boolean {
  const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/[a-z0-9]+/g));
  const [one, other] = [words(earlier), words(later)];
  const overlap = one.intersection(other).size / Math.max(1, one.union(other).size);
  return overlap > 0 && overlap < 0.45;
}

const scored = (pairs: LabelledPair[], rule: (pair: LabelledPair) => boolean): Agreement =>
  agreementOf(pairs.map((pair) => ({ said: rule(pair), truth: pair.isReAsk })));

export function reAskTable(say: (line: string) => void): number {
  const pairs = labelledPairs();
  const held = pairs.filter(({ tuning }) => !tuning);
  const rows: [string, LabelledPair[], (pair: LabelledPair) => boolean][] = [
    ['held out', held, isReAsk],
    ['fitted on', pairs.filter(({ tuning }) => tuning), isReAsk],
    ['held out, English', held.filter(({ group }) => group.endsWith(' en')), isReAsk],
    ['held out, other languages', held.filter(({ group }) => !group.endsWith(' en')), isReAsk],
    ['word overlap, held out', held, wordOverlapSays],
    ['word overlap, English', held.filter(({ group }) => group.endsWith(' en')), wordOverlapSays],
  ];
  say(`  re-asks in ${pairs.length} pairs           n    F1     precision  recall`);
  for (const [name, set, rule] of rows) {
    const { pairs: count, f1, precision, recall } = scored(set, rule);
    const [first, second, third] = [f1, precision, recall].map((value) => (value ?? 0).toFixed(3));
    say(`    ${name.padEnd(28)}${String(count).padEnd(5)}${first!.padEnd(7)}${second!.padEnd(11)}${third}`);
  }
  return scored(held, isReAsk).f1 ?? 0;
}
