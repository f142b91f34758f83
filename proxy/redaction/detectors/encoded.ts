// Looks inside base64 and base64url. What decodes to text with something to mask is replaced whole; images, audio and
// everything else that is not text stays as it is.
import { isUtf8 } from 'node:buffer';
import type { Detector } from '../detector.ts';
import type { Scan } from '../scan.ts';

const shortest = 16;
const standard = /[A-Za-z0-9+/]{16,}={0,2}/g;
const urlSafe = /[A-Za-z0-9_-]{16,}={0,2}/g;

/** Control characters no text has; tab, line feed and carriage return are text. */
const isBinary = (bytes: Buffer): boolean =>
  bytes.some((byte) => (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127);

const probeLength = 96;

/** Text that `run` encodes, or null. A run cut short may end inside a character, so the last three bytes are forgiven. */
export const decodeText = (run: string): string | null => {
  if (isBinary(Buffer.from(run.slice(0, probeLength), 'base64'))) return null;
  const bytes = Buffer.from(run, 'base64');
  if (bytes.length < 8 || isBinary(bytes)) return null;
  for (let cut = 0; cut < 4; cut++) {
    const whole = bytes.subarray(0, bytes.length - cut);
    if (isUtf8(whole)) return whole.toString('utf8');
  }
  return null;
};

/** MIME wraps base64 into lines of 60 to 76 characters: tokens that follow each other so are one run. */
const joinLines = ({ text, tokens }: Scan): { start: number; end: number }[] => {
  const runs: { start: number; end: number }[] = [];
  let lineLength = 0;
  for (let pair = 0; pair < tokens.length; pair += 2) {
    const start = tokens[pair]!;
    const end = tokens[pair + 1]!;
    const last = runs.at(-1);
    const between = last === undefined ? '' : text.slice(last.end, Math.min(start, last.end + 3));
    if (last !== undefined && lineLength >= 60 && lineLength % 4 === 0 && /^\r?\n$/.test(between)) {
      last.end = end;
    } else runs.push({ start, end });
    lineLength = end - start;
  }
  return runs;
};

export const encodedDetector: Detector = {
  name: 'encoded text',
  find(scan, report, lookInside) {
    for (const { start, end } of joinLines(scan)) {
      const run = scan.text.slice(start, end);
      const lineBreaks = run.includes('\n');
      for (const alphabet of [standard, urlSafe]) {
        if (alphabet === urlSafe && !/[-_]/.test(run)) continue;
        for (const match of lineBreaks ? [Object.assign([run], { index: 0 })] : run.matchAll(alphabet)) {
          if (match[0]!.length < shortest) continue;
          const decoded = decodeText(match[0]!);
          const kind = decoded === null ? null : lookInside(decoded);
          if (kind !== null) report(kind, start + match.index, start + match.index + match[0]!.length);
        }
      }
    }
  },
};
