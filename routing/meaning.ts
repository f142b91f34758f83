// Which route's examples a prompt is most like, and how sure that is. Trained at start from the examples alone, against a
// background of other things people say; "none of them" is an answer like any other. Words and pieces of words only: a
// prompt that says the same in words that no example has is not recognised.
import { type LinearModel, type Sample, scoresOf, softmax, train } from './logistic.ts';
import { background } from './meaning-background.ts';
import { createFeatureReader, type Features, featureCount } from './meaning-features.ts';
import type { Meaning } from './question.ts';

/** `among`: names of the routes that may be answered. */
export type Classifier = (prompt: string, among: ReadonlySet<string>) => Meaning;

export interface Examples {
  route: string;
  examples: readonly string[];
}

/** A background sentence that is this like an example says nothing about "none of them". */
const tooAlike = 0.3;
const folds = 4;
/** Above this many samples, folds would delay the start; the sharpness found on small sets is used. */
const mostFolded = 600;
const usualSharpness = 2;

export function trainClassifier(routes: readonly Examples[]): Classifier {
  if (routes.length === 0) return () => ({ route: '', confidence: 0 });
  const read = createFeatureReader();
  const samples = samplesOf(routes, (text) => copyOf(read(text)));
  const classes = routes.length + 1;
  const model = train(samples, classes);
  const sharpness = samples.length > mostFolded ? usualSharpness : calibrated(samples, classes);
  const scores = new Float64Array(classes);

  return (prompt, among) => {
    const features = read(prompt);
    scoresOf(model, features, scores);
    routes.forEach(({ route }, index) => {
      if (!among.has(route)) scores[index + 1] = Number.NEGATIVE_INFINITY;
    });
    softmax(scores, sharpness);
    let best = 0;
    for (let label = 1; label < classes; label++) if (scores[label]! > scores[best]!) best = label;
    return { route: best === 0 ? '' : routes[best - 1]!.route, confidence: scores[best]! };
  };
}

/** Label 0 is "none of them". All classes count the same, however many examples each has. */
function samplesOf(routes: readonly Examples[], read: (text: string) => Features): Sample[] {
  const liked = routes.flatMap(({ examples }, index) =>
    examples.map((text) => ({ features: read(text), label: index + 1, weight: 1 })),
  );
  const others = background
    .map((text) => ({ features: read(text), label: 0, weight: 1 }))
    .filter((other) => !liked.some((sample) => likeness(sample.features, other.features) > tooAlike));
  const samples = [...others, ...liked];
  const counts = new Map<number, number>();
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1);
  const usual = samples.length / counts.size;
  return samples.map((sample) => ({ ...sample, weight: Math.min(4, usual / counts.get(sample.label)!) }));
}

/** The sharpness under which samples that were left out of training are least surprising. */
function calibrated(samples: readonly Sample[], classes: number): number {
  const heldOut: { scores: Float64Array; label: number; weight: number }[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const model: LinearModel = train(
      samples.filter((_, index) => index % folds !== fold),
      classes,
    );
    samples.forEach(({ features, label, weight }, index) => {
      if (index % folds !== fold) return;
      heldOut.push({ scores: scoresOf(model, features, new Float64Array(classes)).slice(), label, weight });
    });
  }
  const surprise = (sharpness: number): number =>
    heldOut.reduce((sum, { scores, label, weight }) => {
      const probability = softmax(scores.slice(), sharpness)[label]!;
      return sum - weight * Math.log(Math.max(probability, 1e-9));
    }, 0);
  const choices = [0.5, 0.75, 1, 1.5, 2, 3, 4, 6];
  return choices.reduce((best, choice) => (surprise(choice) < surprise(best) ? choice : best));
}

function likeness(one: Features, other: Features): number {
  const dense = new Float32Array(featureCount);
  for (let at = 0; at < one.length; at++) dense[one.places[at]!] = one.values[at]!;
  let sum = 0;
  for (let at = 0; at < other.length; at++) sum += dense[other.places[at]!]! * other.values[at]!;
  return sum;
}

const copyOf = ({ places, values, length }: Features): Features => ({
  places: places.slice(0, length),
  values: values.slice(0, length),
  length,
});
