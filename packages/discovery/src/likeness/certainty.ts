import type { Features } from './features.ts';

/**
 * What each feature says for or against two ideas being one. Fitted by logistic regression to the tuning part of the
 * labelled pairs; see `test/near-duplicates.md`.
 */
const WEIGHTS: Readonly<Record<keyof Features, number>> = {
  criteria: 1.99,
  evidence: 5,
  covered: 0.18,
  actions: -3.31,
  paths: 1.34,
  elsewhere: -3.71,
  opposed: -8.29,
  rivals: -2.42,
  numbers: -5.26,
  names: -4.36,
  exchanged: -12.5,
  purpose: -4.43,
};
const BIAS = -4.76;

/** How sure it is that two ideas with these features are one, from 0 to 1. */
export function certainty(features: Features): number {
  const names = Object.keys(WEIGHTS) as (keyof Features)[];
  const sum = names.reduce((total, name) => total + WEIGHTS[name] * features[name], BIAS);
  return 1 / (1 + Math.exp(-sum));
}
