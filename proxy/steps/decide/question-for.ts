// What the router has to know of an exchange. Everything that costs something to find out is found out when it is asked for.
import type { Capability } from '../../../contract/route-match.ts';
import { routingFields } from '../../../contract/routing-fields.ts';
import type { Lookups, Question } from '../../../routing/question.ts';
import type { Target } from '../../../routing/target.ts';
import { noWishes, readWishes, type Wishes } from '../../../routing/wishes.ts';
import { dialects } from '../../dialects/index.ts';
import { readField } from '../../dialects/reading/top-level-fields.ts';
import type { Exchange } from '../../exchange.ts';
import { maxOutputTokens } from './max-output-tokens.ts';

export interface QuestionParts {
  lookups: Lookups;
  /** Who serves the requested model by its own name. */
  direct: readonly Target[];
  random(): number;
}

export function questionFor(exchange: Exchange, { lookups, direct, random }: QuestionParts): Question {
  const { route, requestedModel, attribution, request, startedAt } = exchange;
  const header = (name: string): string | null => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : null;
  };
  const slash = requestedModel.indexOf('/');
  const { task, app, team, environment, user, session, tags } = attribution;
  return {
    dialect: route.dialect,
    operation: route.operation,
    requestedModel,
    now: startedAt,
    provider: slash > 0 ? requestedModel.slice(0, slash) : '',
    task,
    app,
    team,
    environment,
    user,
    session,
    tags,
    key: attribution.key,
    header,
    inputTokens: exchange.estimate?.inputTokens ?? inputTokens(exchange),
    needs: new Needs(exchange),
    sensitivity: header('x-sightline-sensitivity') ?? '',
    prompt: () => promptOf(exchange),
    maxOutputTokens: maxOutputTokens(exchange),
    criticality: header('x-sightline-criticality') ?? '',
    patienceMs: milliseconds(header('x-sightline-patience')),
    wishes: wishesOf(exchange),
    thrift: exchange.thrift,
    direct,
    random,
    lookups,
  };
}

/** Four bytes a token is near enough to choose by; media say nothing about tokens, so beside them nobody knows. */
function inputTokens(exchange: Exchange): number | null {
  return !exchange.scan || hasMedia(exchange.body) ? null : Math.ceil(exchange.body.length / 4);
}

/** Looked up when asked for: most decisions never ask. A class, because accessors of a literal are made anew each time. */
class Needs implements Record<Capability, boolean> {
  readonly stream: boolean;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.stream = exchange.stream;
  }

  get tools(): boolean {
    return this.#has('tools', 'functions');
  }

  get vision(): boolean {
    const { body } = this.#exchange;
    return body.includes('"image_url"') || body.includes('"input_image"') || body.includes('"image"');
  }

  get schema(): boolean {
    const asked = this.#has('response_format', 'output_config', 'output_format');
    return asked && this.#exchange.body.includes('json_schema');
  }

  get audio(): boolean {
    return this.#exchange.body.includes('"input_audio"');
  }

  #has(...names: string[]): boolean {
    return names.some((name) => this.#exchange.scan?.fields.has(name));
  }
}

const media = ['"image_url"', '"input_image"', '"image"', '"input_audio"', '"input_file"', '"document"', '"file_data"'];
const hasMedia = (body: Buffer): boolean => media.some((mark) => body.includes(mark));

function promptOf({ body, route }: Exchange): string {
  try {
    return dialects[route.dialect].requestText(JSON.parse(body.toString())).lastUser;
  } catch {
    return '';
  }
}

function wishesOf({ scan, body }: Exchange): Wishes | null {
  if (!scan) return null;
  const present = routingFields.filter((name) => scan.fields.has(name));
  if (present.length === 0) return null;
  const fields = Object.fromEntries(present.map((name) => [name, readField(body, scan.fields, name)]));
  const wishes = readWishes(fields);
  return JSON.stringify(wishes) === JSON.stringify(noWishes) ? null : wishes;
}

/** "90s", "15m", "24h", or bare milliseconds. */
function milliseconds(text: string | null): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/.exec(text ?? '');
  if (!match) return null;
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return Number(match[1]) * (units[match[2] ?? 'ms'] ?? 1);
}
