// Puts placeholders where detectors reported something. Overlapping reports become one stretch, so nothing of either stays.
import { type Kind, placeholder, rank } from './kinds.ts';

export interface Finding {
  kind: Kind;
  start: number;
  end: number;
}

/** Sorted and disjoint; an overlap takes the union of the ranges and the strongest of the kinds. */
export const mergeFindings = (findings: Finding[]): Finding[] => {
  findings.sort((left, right) => left.start - right.start || right.end - left.end);
  const merged: Finding[] = [];
  for (const finding of findings) {
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) {
      merged.push({ ...finding });
      continue;
    }
    last.end = Math.max(last.end, finding.end);
    if (rank[finding.kind] < rank[last.kind]) last.kind = finding.kind;
  }
  return merged;
};

/** `merged` as mergeFindings() gives them. */
export const replaceFindings = (text: string, merged: readonly Finding[]): string => {
  const parts: string[] = [];
  let from = 0;
  for (const { kind, start, end } of merged) {
    parts.push(text.slice(from, start), placeholder[kind]);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
};
