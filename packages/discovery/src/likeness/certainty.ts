import type { Features } from './features.ts';

/**
 * What each feature says for or against two ideas being one. Fitted by logistic regression to the tuning part of the
 * labelled pairs; see `test/near-duplicates.md`.
 */
const WEIGHTS: Readonly<Record<keyof Features, number>> = {
  evidence: 5.14,
  fulfilled: 5.8,
  paths: 2.27,
  actions: -1.87,
  elsewhere: -4.72,
  opposed: -9.28,
  rivals: -2.53,
  numbers: -8.12,
  names: -2.61,
  exchanged: -17.3,
  wider: -1.79,
  removes: -1.04,
  purpose: -5.7,
};
const BIAS = -6.37;

/** How sure it is that two ideas with these features are one, from 0 to 1. */
export function certainty(features: Features): number {
  const names = Object.keys(WEIGHTS) as (keyof Features)[];
  const sum = names.reduce((total, name) => total + WEIGHTS[name] * features[name], BIAS);
  return 1 / (1 + Math.exp(-sum));
}
