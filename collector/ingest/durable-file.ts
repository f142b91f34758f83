// Files that are either not there or whole, through any crash: written beside their place, synced, then renamed into it.
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Makes the names in a directory durable; a rename alone is not (fsync(2), "Calling fsync() does not …"). */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces `file` by `content` as a whole. */
export async function writeDurably(file: string, content: string | Buffer): Promise<void> {
  const draft = `${file}.draft`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncDirectory(path.dirname(file));
}
