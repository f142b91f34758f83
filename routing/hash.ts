// Hashes that spread evenly over 32 bits: not for secrets, but for draws whose shares must come out exactly.

/** FNV-1a, finished as MurmurHash3 does, so that names that differ in one letter land far apart. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return finish(hash);
}

/** A number in (0, 1) that belongs to this pair alone. */
export const uniformOf = (one: number, other: number): number =>
  ((finish(finish(one ^ other) + one) >>> 0) + 0.5) / 4_294_967_296;

function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
