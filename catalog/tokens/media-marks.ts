// Finds field names and kinds of content in the raw bytes of a body, and does not take what people wrote for them.
import type { ContentRange } from './content-ranges.ts';

const media = [
  ...['"image_url"', '"input_image"', '"image"', '"images"', '"input_audio"', '"audio"', '"input_file"', '"file"'],
  ...['"document"', '"file_data"', '"inlineData"', '"inline_data"', '"fileData"', '"file_data"', '"video"'],
];

/** Whether anything but text is in there. */
export const hasMedia = (body: Buffer, ranges: readonly ContentRange[]): boolean =>
  media.some((mark) => countMarks({ body, ranges, mark, most: 1 }) > 0);

export interface MarkSearch {
  body: Buffer;
  ranges: readonly ContentRange[];
  /** In quotes. */
  mark: string;
  most: number;
}

export function countMarks({ body, ranges, mark, most }: MarkSearch): number {
  let count = 0;
  for (const { start, end } of ranges) {
    let at = body.indexOf(mark, start);
    while (at !== -1 && at < end && count < most) {
      if (body[at - 1] !== backslash) count++;
      at = body.indexOf(mark, at + mark.length);
    }
  }
  return count;
}

/** Inside a text quotes are escaped, and so is the one before a mark that only looks like one. */
const backslash = 0x5c;
