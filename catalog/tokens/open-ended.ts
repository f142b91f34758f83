// Requests of which the body holds only a part: the rest lies with the provider, and nobody here can tell how long it is.
import type { ContentFields } from './content-ranges.ts';

const elsewhere = ['previous_response_id', 'conversation', 'cachedContent', 'cached_content'];

export const isOpenEnded = ({ fields }: ContentFields): boolean => elsewhere.some((name) => fields.has(name));
