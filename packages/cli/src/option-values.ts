import { BacklogError } from '@backlog-runner/contracts';
import type { CommandInvocation } from './invocation.ts';
import { suggest } from './suggest.ts';

/** The values of options as a command wants them. All throw `USAGE` on a value that means nothing. */
export function one({ values }: CommandInvocation, name: string): string | undefined {
  return values.get(name)?.[0];
}

export function many({ values }: CommandInvocation, name: string): readonly string[] {
  return values.get(name) ?? [];
}

export function choice<Choice extends string>(
  invocation: CommandInvocation,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = one(invocation, name);
  if (value === undefined) return undefined;
  const chosen = choices.find((candidate) => candidate === value);
  if (chosen !== undefined) return chosen;
  const meant = suggest(value, choices);
  throw new BacklogError('USAGE', `--${name} cannot be \`${value}\`.`, {
    hint: meant ? `Did you mean \`--${name} ${meant}\`?` : `Choose one of ${choices.join(', ')}.`,
  });
}

/** A whole number, from 1 if nothing else is said. */
export function count(invocation: CommandInvocation, name: string, least: 0 | 1 = 1): number | undefined {
  const value = one(invocation, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
  throw new BacklogError('USAGE', `--${name} must be a whole number from ${least}, not \`${value}\`.`, {
    hint: `Type for example \`--${name} 2\`.`,
  });
}
