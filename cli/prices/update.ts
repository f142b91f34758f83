// `sightline prices update --from FILE|URL`: puts a newer published book into the data folder, after showing what it changes.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlarming } from '../../catalog/price-changes.ts';
import { bookFileIn } from '../../configuration/price-book.ts';
import { textFlag, UsageProblem } from '../command.ts';
import { changesText, changesUnder } from './diff.ts';
import type { PriceAction } from './price-action.ts';
import { asBook, fetchText, readText } from './read-books.ts';

export const update: PriceAction = async (acting) => {
  const { values, loaded, directory, terminal } = acting;
  const from = textFlag(values, 'from');
  if (from === undefined) throw new UsageProblem('--from names the file or address of the new book.');
  const read = /^https?:\/\//.test(from) ? await fetchText(from) : readText(from, terminal.cwd);
  const book = asBook(read);
  const changes = changesUnder(acting, { book });
  const confirmed = values.yes === true;
  const alarming = isAlarming(changes);
  terminal.say(changesText(changes));
  if (alarming && !confirmed) {
    terminal.say('A price moves by more than 25 %, or the book shrinks. Look at it, then repeat with --yes.');
    return 1;
  }
  const { prices, data } = loaded.configuration;
  const file = prices.book === '' ? bookFileIn(data) : path.resolve(directory, prices.book);
  mkdirSync(path.dirname(file), { recursive: true });
  // A reader sees the old book or the new one, never half of it.
  writeFileSync(`${file}.part`, read.text);
  renameSync(`${file}.part`, file);
  const sentence = `${file} holds ${book.version} now. It is in force after the next start.`;
  terminal.print(values.json === true ? JSON.stringify({ file, version: book.version, changes }) : sentence);
  return 0;
};
