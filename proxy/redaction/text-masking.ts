// Masks one piece of text: detectors look at it as it stands and at every unfolded form of it, and what any of them finds
// is replaced in the original.
import type { Detector } from './detector.ts';
import { type Finding, mergeFindings, replaceFindings } from './findings.ts';
import { type Kind, rank } from './kinds.ts';
import { type Masked, MaskedBefore } from './masked-before.ts';
import { type Scan, scanText } from './scan.ts';
import { type Unfolded, unfold } from './unfold.ts';

/** Escapes may lie in layers: JSON in JSON in JSON, percent within HTML. */
const deepestUnfolding = 4;
const deepestEncoding = 2;
/** A placeholder can free what stood beside it, so masked text is looked at again, this often at most. */
const mostRounds = 4;
const nothing: readonly Kind[] = [];

export interface TextMasking {
  /** The same string when there is nothing to mask. */
  mask(text: string): string;
  /** Whether mask() would change it; counts nothing. */
  hits(text: string): boolean;
  /** Another exchange begins: what only one of them repeats is forgotten. */
  begin(): void;
}

export interface TextMaskingOptions {
  detectors: readonly Detector[];
  enabled: ReadonlySet<Kind>;
  counted(kind: Kind): void;
}

const originOf = (layers: readonly Unfolded[], finding: Finding): Finding => {
  let { start, end } = finding;
  for (let index = layers.length - 1; index >= 0; index--) ({ start, end } = layers[index]!.origin(start, end));
  return { kind: finding.kind, start, end };
};

export const createTextMasking = ({ detectors, enabled, counted }: TextMaskingOptions): TextMasking => {
  const lookInside = (decoded: string, depth: number): Kind | null => {
    let strongest: Kind | null = null;
    for (const { kind } of detect(decoded, depth)) {
      if (strongest === null || rank[kind] < rank[strongest]) strongest = kind;
    }
    return strongest;
  };

  const look = (scan: Scan, depth: number, layers: readonly Unfolded[], findings: Finding[]) => {
    const report = (kind: Kind, start: number, end: number) => {
      if (enabled.has(kind) && end > start) findings.push(originOf(layers, { kind, start, end }));
    };
    const inside = (decoded: string) => (depth < deepestEncoding ? lookInside(decoded, depth + 1) : null);
    for (const detector of detectors) detector.find(scan, report, inside);
  };

  const detect = (text: string, depth: number): Finding[] => {
    const findings: Finding[] = [];
    const layers: Unfolded[] = [];
    let scan = scanText(text);
    look(scan, depth, layers, findings);
    while (scan.hasFolds && layers.length < deepestUnfolding) {
      const unfolded = unfold(scan.text);
      if (unfolded === null) break;
      layers.push(unfolded);
      scan = scanText(unfolded.text);
      look(scan, depth, layers, findings);
    }
    return findings;
  };

  const maskAnew = (text: string): Masked => {
    let masked = text;
    let kinds = nothing;
    for (let round = 0; round < mostRounds; round++) {
      const findings = mergeFindings(detect(masked, 0));
      if (findings.length === 0) break;
      kinds = kinds.concat(findings.map(({ kind }) => kind));
      masked = replaceFindings(masked, findings);
    }
    return { text: masked, kinds };
  };

  const before = new MaskedBefore();
  return {
    mask(text) {
      let masked = before.get(text);
      if (masked === undefined) {
        masked = maskAnew(text);
        before.keep(text, masked);
      }
      for (const kind of masked.kinds) counted(kind);
      return masked.text;
    },
    hits: (text) => detect(text, 0).length > 0,
    begin: () => before.forgetLong(),
  };
};
