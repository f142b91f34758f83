// OpenAI's chat streams say what they used only when asked. Where the app does not ask, we do, and hide the answer from it:
// the one place where the bytes that go upstream come to differ from those that came in.
import { spliceIncludeUsage } from '../dialects/openai-chat/splice-include-usage.ts';
import type { TopLevelScan } from '../dialects/reading/top-level-fields.ts';
import type { Exchange } from '../exchange.ts';

export function askUsage(exchange: Exchange, scan: TopLevelScan | null, streamUsage: 'inject' | 'estimate'): void {
  const { route, provider } = exchange;
  if (streamUsage !== 'inject' || !exchange.stream || !scan) return;
  if (route.dialect !== 'openai-chat' || route.operation !== 'chat') return;
  // Some providers report usage unasked, and the strict ones among them refuse the question.
  if (provider?.quirks.streamUsage === 'always') return;
  const spliced = spliceIncludeUsage(exchange.body, scan);
  if (!spliced) return;
  exchange.upstreamBody = spliced;
  exchange.hidesUsage = true;
}
