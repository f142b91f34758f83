// A stranger's string as one segment of a path: it can leave the segment neither by a slash, nor by dots, nor by a query.

export function pathSegment(text: string): string {
  // Half a surrogate pair, which JSON can spell, has no encoding at all.
  const encoded = encodeURIComponent(text.toWellFormed());
  // Two dots climb, also when percent-encoded once.
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%252E') : encoded;
}
