// Rows of text as a table with aligned columns, and amounts as people read them.

export function aligned(rows: readonly (readonly string[])[], left = 1): string[] {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, index) => (index < left ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Nano-dollars as dollars, all nine decimals where it needs them; `—` where unknown. */
export function dollars(nanos: string | null): string {
  if (nanos === null) return '—';
  const amount = BigInt(nanos);
  const digits = String(amount < 0n ? -amount : amount).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0{1,7}$/, '');
  return `${amount < 0n ? '-' : ''}$${digits.slice(0, -9)}.${fraction}`;
}
