// What stands where a number is not known. It is never 0.
export const unknown = '—';
