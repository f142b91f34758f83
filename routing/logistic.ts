// A small linear classifier: multinomial logistic regression over sparse unit vectors, trained by stochastic gradient
// descent with a fixed seed, so that the same examples give the same weights in every process.
import { type Features, featureCount } from './meaning-features.ts';

export interface Sample {
  features: Features;
  label: number;
  /** How much it counts. */
  weight: number;
}

export interface LinearModel {
  classes: number;
  /** By place, then class: what one feature says about all classes lies side by side. */
  weights: Float32Array;
  bias: Float32Array;
}

const epochs = 30;
const firstStep = 4;
const decay = 1e-3;

export function train(samples: readonly Sample[], classes: number): LinearModel {
  const model = { classes, weights: new Float32Array(featureCount * classes), bias: new Float32Array(classes) };
  const random = seeded(0x51637);
  const order = samples.map((_, index) => index);
  const scores = new Float64Array(classes);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = firstStep / (1 + epoch / 5);
    shuffle(order, random);
    for (const index of order) learn(model, samples[index]!, { step, scores });
  }
  return model;
}

function learn(model: LinearModel, sample: Sample, { step, scores }: { step: number; scores: Float64Array }): void {
  const { classes, weights, bias } = model;
  const { places, values, length } = sample.features;
  softmax(scoresOf(model, sample.features, scores), 1);
  for (let label = 0; label < classes; label++) {
    const error = ((label === sample.label ? 1 : 0) - scores[label]!) * sample.weight * step;
    bias[label]! += error * 0.1;
    for (let at = 0; at < length; at++) {
      const place = places[at]! * classes + label;
      weights[place] = weights[place]! * (1 - decay * step) + error * values[at]!;
    }
  }
}

/** Fills `scores`, one for each class. */
export function scoresOf(model: LinearModel, features: Features, scores: Float64Array): Float64Array {
  const { classes, weights, bias } = model;
  const { places, values, length } = features;
  for (let label = 0; label < classes; label++) scores[label] = bias[label]!;
  for (let at = 0; at < length; at++) {
    const value = values[at]!;
    const place = places[at]! * classes;
    for (let label = 0; label < classes; label++) scores[label]! += value * weights[place + label]!;
  }
  return scores;
}

/** In place. A score of minus infinity stays without probability. */
export function softmax(scores: Float64Array, sharpness: number): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (let label = 0; label < scores.length; label++) {
    scores[label] = Math.exp((scores[label]! - highest) * sharpness);
    sum += scores[label]!;
  }
  for (let label = 0; label < scores.length; label++) scores[label]! /= sum;
  return scores;
}

function shuffle(list: number[], random: () => number): void {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
