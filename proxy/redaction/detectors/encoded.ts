// Looks inside base64 and base64url. What decodes to text with something to mask is replaced whole; images, audio and
// everything else that is not text stays as it is.
import { isUtf8 } from 'node:buffer';
import { base64, endOfRun, urlSafe } from '../character-runs.ts';
import type { Detector } from '../detector.ts';
import type { Scan } from '../scan.ts';

const shortest = 16;

/** Control characters no text has; tab, line feed and carriage return are text. */
const isBinary = (bytes: Buffer): boolean => {
  for (const byte of bytes) if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) return true;
  return false;
};

const probeLength = 96;

/** Text that `run` encodes, or null. A run cut short may end inside a character, so the last three bytes are forgiven. */
export const decodeText = (run: string): string | null => {
  if (run.length > probeLength && isBinary(Buffer.from(run.slice(0, probeLength), 'base64'))) return null;
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

/** Stretches of one alphabet within a token, with their padding. */
const stretches = (text: string, token: { start: number; end: number }, alphabet: Uint8Array) => {
  const found: { start: number; end: number }[] = [];
  for (let at = token.start; at < token.end; at++) {
    let end = endOfRun(text, at, alphabet);
    if (end - at >= shortest) {
      while (text[end] === '=') end++;
      found.push({ start: at, end });
    }
    at = Math.max(at, end);
  }
  return found;
};

export const encodedDetector: Detector = {
  name: 'encoded text',
  find(scan, report, lookInside) {
    const look = ({ start, end }: { start: number; end: number }) => {
      const decoded = decodeText(scan.text.slice(start, end));
      const kind = decoded === null ? null : lookInside(decoded);
      if (kind !== null) report(kind, start, end);
    };
    for (const token of joinLines(scan)) {
      const text = scan.text.slice(token.start, token.end);
      if (text.includes('\n')) {
        look(token);
        continue;
      }
      stretches(scan.text, token, base64).forEach(look);
      if (text.includes('-') || text.includes('_')) stretches(scan.text, token, urlSafe).forEach(look);
    }
  },
};
