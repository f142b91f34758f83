// Reads what a user points at: a published book or an overlay, from a file or, where that is asked for, from an address.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NoPriceBook, readPriceBook } from '../../catalog/book-file.ts';
import type { PublishedBook } from '../../catalog/published-book.ts';
import { parseFile } from '../../configuration/configuration-file.ts';
import { PriceOverlay } from '../../contract/prices.ts';
import { UsageProblem } from '../command.ts';

export interface ReadText {
  text: string;
  /** Absolute, or the address. */
  from: string;
}

const fetchMs = 30_000;

/** Throws UsageProblem. */
export function readText(file: string, cwd: string): ReadText {
  const from = path.resolve(cwd, file);
  try {
    return { text: readFileSync(from, 'utf8'), from };
  } catch (error) {
    throw new UsageProblem(`${from} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** The only place where prices come over the network. Throws UsageProblem. */
export async function fetchText(address: string): Promise<ReadText> {
  const response = await fetch(address, { signal: AbortSignal.timeout(fetchMs) }).catch((error: Error) => error);
  if (response instanceof Error) throw new UsageProblem(`${address} does not answer (${response.message}).`);
  if (!response.ok) throw new UsageProblem(`${address} answered ${response.status}.`);
  return { text: await response.text(), from: address };
}

/** Throws UsageProblem where it is none. */
export function asBook({ text, from }: ReadText): PublishedBook {
  try {
    return readPriceBook(text);
  } catch (error) {
    if (error instanceof NoPriceBook) throw new UsageProblem(`${from} is no price book: ${error.message}`);
    throw error;
  }
}

/** Throws UsageProblem where it is none, and ConfigurationProblems where it is neither JSON nor YAML. */
export function asOverlay({ text, from }: ReadText): PriceOverlay {
  const parsed = PriceOverlay.safeParse(parseFile(from, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageProblem(`${from} is no overlay: ${issue?.path.join('.') || 'the whole file'}: ${issue?.message}`);
}

/** A published book is a list, an overlay an object with rows. */
export function isBook({ text }: ReadText): boolean {
  return text.trimStart().startsWith('[');
}
