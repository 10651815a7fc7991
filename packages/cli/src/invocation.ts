import type { CommandSpec } from './command-table.ts';

/** A command as it was typed, understood but for the meaning of its values. */
export interface CommandInvocation {
  /** The command's argument; empty when it takes none. */
  readonly argument: string;
  /** What follows it, where the command takes more. */
  readonly more: readonly string[];
  /** Every value given for an option, in order, by the option's name. A switch has no values. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly switches: ReadonlySet<string>;
}

export type CommandLine =
  | { readonly kind: 'command'; readonly command: CommandSpec; readonly invocation: CommandInvocation }
  /** The help was asked for and printed. */
  | { readonly kind: 'helped' }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly message: string; readonly hint: string };
