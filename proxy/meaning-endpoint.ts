// What a prompt is like, by an embeddings endpoint that the operator chose. The examples are learned once; whatever goes
// wrong, and whatever takes too long, is answered by null, and then the built-in classifier decides.
import type { Configuration } from '../contract/configuration.ts';
import type { RouteConfiguration } from '../contract/routes.ts';
import { compareWith, type Likeness } from '../routing/likeness.ts';
import { background } from '../routing/meaning-background.ts';
import type { Meaning } from '../routing/question.ts';
import type { Target } from '../routing/target.ts';
import { createEmbedTexts, type EmbedTexts, type EmbedTextsOptions } from './embed-texts.ts';
import type { Directory } from './upstream/directory.ts';
import { type NamedBy, toTarget } from './upstream/find-target.ts';

export interface MeaningEndpoint {
  /** Who gets to see the prompts. */
  readonly reader: Target;
  /** False while prompts are left to the classifier. */
  working(): boolean;
  /** Null at once where it is no use asking now; otherwise never later than the deadline. Never rejects. */
  ask(prompt: string, among: ReadonlySet<string>): Promise<Meaning | null> | null;
}

export interface MeaningRooms extends Pick<EmbedTextsOptions, 'connections' | 'tokens'> {
  configuration: Pick<Configuration, 'routes' | 'routing'>;
  directory: Directory;
  clock: () => number;
}

/** Null where none is configured, or where no route has examples. */
export function meaningEndpointFor({ configuration, directory, clock, ...ways }: MeaningRooms): MeaningEndpoint | null {
  const { routes, routing } = configuration;
  if (!routing.embeddings || !routes.some(({ match }) => match.examples)) return null;
  const target = toTarget(directory, embeddingsRoute, routing.embeddings);
  if (!target) return null;
  const { provider: reader, model, timeoutMs } = routing.embeddings;
  const embed = createEmbedTexts({ target, ...ways });
  return createMeaningEndpoint({ reader: { provider: reader, model }, timeoutMs, routes, embed, clock });
}

const embeddingsRoute: NamedBy = { family: 'openai', dialect: 'openai-embeddings', operation: 'embeddings' };

export interface MeaningEndpointOptions {
  reader: Target;
  /** Milliseconds that a prompt may wait. */
  timeoutMs: number;
  routes: readonly RouteConfiguration[];
  embed: EmbedTexts;
  clock: () => number;
}

/** Providers take at least so many texts at once (Cohere 96, Gemini 100, OpenAI 2048). */
const batchSize = 96;
const learningTimeoutMs = 30_000;
const learnAgainMs = 30_000;
/** After so many failures in a row the endpoint is left alone for a while, or every call would wait for nothing. */
const failuresInARow = 3;
const pauseMs = 10_000;
/** What is said first and last tells most, and every model has a limit. */
const [headLength, tailLength] = [4_000, 2_000];

export function createMeaningEndpoint(options: MeaningEndpointOptions): MeaningEndpoint {
  const { reader, timeoutMs, embed, clock } = options;
  let likeness: Likeness | null = null;
  let waitUntil = Number.NEGATIVE_INFINITY;
  let failures = 0;
  const learn = (): void => {
    waitUntil = Number.POSITIVE_INFINITY;
    learned(options).then(
      (ready) => {
        likeness = ready;
        waitUntil = clock();
      },
      () => {
        waitUntil = clock() + learnAgainMs;
      },
    );
  };
  const compare = async (compared: Likeness, prompt: string, among: ReadonlySet<string>): Promise<Meaning | null> => {
    try {
      const [vector] = await embed([shortened(prompt)], timeoutMs);
      failures = 0;
      return compared(vector as number[], among);
    } catch {
      failures++;
      if (failures >= failuresInARow) waitUntil = clock() + pauseMs;
      return null;
    }
  };

  learn();
  return {
    reader,
    working: () => likeness !== null && clock() >= waitUntil,
    ask(prompt, among) {
      if (clock() < waitUntil || prompt.trim() === '') return null;
      if (likeness) return compare(likeness, prompt, among);
      learn();
      return null;
    },
  };
}

async function learned({ routes, embed }: MeaningEndpointOptions): Promise<Likeness> {
  const given = routes.flatMap(({ name, match, targets }) =>
    match.examples && targets.length > 0 ? [{ route: name, examples: match.examples }] : [],
  );
  const texts = [...background, ...given.flatMap(({ examples }) => examples.map(shortened))];
  const vectors: number[][] = [];
  for (let at = 0; at < texts.length; at += batchSize)
    vectors.push(...(await embed(texts.slice(at, at + batchSize), learningTimeoutMs)));
  const others = vectors.splice(0, background.length);
  return compareWith(
    given.map(({ route, examples }) => ({ route, vectors: vectors.splice(0, examples.length) })),
    others,
  );
}

const shortened = (text: string): string =>
  text.length <= headLength + tailLength ? text : `${text.slice(0, headLength)}\n${text.slice(-tailLength)}`;
