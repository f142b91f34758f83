// The published price book in force: the file named by prices.book, else the one that `sightline prices update` put into the
// data folder, else the one that came with Sightline.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NoPriceBook, readPriceBook } from '../catalog/book-file.ts';
import type { PublishedBook } from '../catalog/published-book.ts';
import type { ConfigurationProblem } from './problems.ts';

/** Where an updated book is kept. */
export const bookFileIn = (data: string): string => path.join(data, 'prices', 'book.json');

export interface BookPlace {
  /** From the configuration; '' where it names none. */
  file: string;
  /** Of the configuration file. */
  directory: string;
  data: string;
}

/** Null for the installed book, or where there is a problem, which is noted. */
export function readBook({ file, directory, data }: BookPlace, problems: ConfigurationProblem[]): PublishedBook | null {
  const absolute = file === '' ? bookFileIn(data) : path.resolve(directory, file);
  try {
    return readPriceBook(readFileSync(absolute, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (file === '' && code === 'ENOENT') return null;
    const found =
      error instanceof NoPriceBook ? `${absolute}: ${error.message}` : `${absolute}, which cannot be read (${code})`;
    problems.push({
      ...{ path: 'prices.book', found, expected: 'a data file of genai-prices' },
      fix:
        file === ''
          ? 'delete the file to go back to the book that came with Sightline'
          : 'correct the name, or take the line out',
    });
    return null;
  }
}
