// Finds out what is asked without parsing the whole body: a shallow scan gives the few fields that matter.

import { readField, scanTopLevel, type TopLevelScan } from '../dialects/reading/top-level-fields.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

export function understand(exchange: Exchange): void {
  if (exchange.request.method !== 'POST') return;
  const { body, route } = exchange;
  const encoding = exchange.request.headers['content-encoding'];
  if (encoding && encoding !== 'identity') return; // compressed bodies pass as they are; nothing is known of them
  const scan = scanTopLevel(body);
  if (scan.problem) {
    throw new ProxyError(
      'SIGHTLINE_BODY_NOT_JSON',
      `${route.tail} takes a JSON object, but the body ${scan.problem}. It has ${body.length} bytes.`,
    );
  }
  const model = readField(body, scan.fields, 'model');
  if (typeof model === 'string') exchange.requestedModel = model.slice(0, 256);
  if (readField(body, scan.fields, 'stream') === true) exchange.stream = true;
  const tier = readField(body, scan.fields, 'service_tier');
  if (typeof tier === 'string') exchange.serviceTier = tier.slice(0, 64);
  attributeFromBody(exchange, scan);
  exchange.scan = scan;
}

/** What SDKs let apps say in the body counts where no header said it. */
function attributeFromBody(exchange: Exchange, scan: TopLevelScan): void {
  const { body, attribution } = exchange;
  const metadata = scan.fields.has('metadata') ? readField(body, scan.fields, 'metadata') : undefined;
  const inMetadata = (name: string): string => {
    const value = metadata && typeof metadata === 'object' ? (metadata as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value.slice(0, 256) : '';
  };
  if (!attribution.user) {
    const safety = readField(body, scan.fields, 'safety_identifier') ?? readField(body, scan.fields, 'user');
    attribution.user = typeof safety === 'string' ? safety.slice(0, 256) : inMetadata('user_id');
  }
  if (!attribution.session) attribution.session = inMetadata('session_id') || conversation(exchange, scan);
  if (!attribution.task) attribution.task = inMetadata('task');
}

function conversation(exchange: Exchange, scan: TopLevelScan): string {
  if (exchange.route.dialect !== 'openai-responses') return '';
  const value = readField(exchange.body, scan.fields, 'conversation');
  return typeof value === 'string' ? value.slice(0, 256) : '';
}
