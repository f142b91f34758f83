// Vectors as OpenAI packs them: little-endian float32 in base64, which its own SDKs ask for by default.

export function packedVector(vector: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => {
    bytes.setFloat32(index * 4, value, true);
  });
  return Buffer.from(bytes.buffer).toString('base64');
}

/** Either form; null when it is neither. */
export function readVector(value: unknown): number[] | null {
  if (Array.isArray(value)) return value.every((entry) => typeof entry === 'number') ? value : null;
  if (typeof value !== 'string') return null;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null;
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
