// A prompt as a sparse vector: words, pairs of words and pieces of words, hashed into a fixed number of places. Pieces
// make "refunded" like "refund" in any language, and pairs keep some of the order.

/** Places a feature may have; a power of two. */
export const featureCount = 1 << 15;

/** A unit vector: `values[i]` stands at `places[i]`. */
export interface Features {
  places: Int32Array;
  values: Float32Array;
  length: number;
}

/** Longer prompts say what they want at their beginning or at their end. */
const headLength = 320;
const tailLength = 160;

const wordWeight = 1;
const pairWeight = 0.7;
const pieceWeight = 0.5;
const pieceLength = 4;

/** A function that reuses its memory: each result holds until the next call. */
export function createFeatureReader(): (text: string) => Features {
  const seen = new Int32Array(featureCount);
  const places = new Int32Array(4 * (headLength + tailLength));
  const values = new Float32Array(places.length);
  let generation = 0;
  let length = 0;
  let sum = 0;

  const put = (hash: number, weight: number): void => {
    const place = mix(hash) & (featureCount - 1);
    if (seen[place] === generation) return;
    seen[place] = generation;
    places[length] = place;
    values[length++] = weight;
    sum += weight * weight;
  };

  const putWord = (word: string): number => {
    const padded = `<${word}>`;
    for (let start = 0; start + pieceLength <= padded.length; start++) {
      put(hashOf(padded, start, start + pieceLength), pieceWeight);
    }
    const hash = hashOf(word, 0, word.length);
    put(hash + 1, wordWeight);
    return hash;
  };

  return (text) => {
    generation++;
    length = 0;
    sum = 0;
    let previous = 0;
    for (const [word] of shortened(text).matchAll(/[\p{L}\p{N}]+/gu)) {
      const hash = putWord(word);
      if (previous !== 0) put(Math.imul(previous, 31) ^ hash, pairWeight);
      previous = hash;
    }
    const norm = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let at = 0; at < length; at++) values[at]! *= norm;
    return { places, values, length };
  };
}

function shortened(text: string): string {
  const both = headLength + tailLength;
  const kept = text.length <= both ? text : `${text.slice(0, headLength)} ${text.slice(-tailLength)}`;
  return kept.toLowerCase();
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

const mix = (hash: number): number => {
  const folded = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return folded ^ (folded >>> 13);
};
