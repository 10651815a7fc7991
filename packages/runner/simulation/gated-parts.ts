import type { Life } from './life.ts';

type Kind = 'read' | 'write';
type Kinds<Part> = { readonly [Name in keyof Part]?: Kind };

/** The part as one life has it: each of these methods is a step of its own. */
export function gated<Part extends object>(life: Life, name: string, part: Part, kinds: Kinds<Part>): Part {
  const methods = Object.entries(kinds).map(([method, kind]) => {
    const act = part[method as keyof Part] as unknown as (...args: readonly unknown[]) => Promise<unknown>;
    const what = `${name}.${method}`;
    return [method, (...args: readonly unknown[]) => life.gate(what, kind as Kind, () => act(...args))];
  });
  return Object.create(part, Object.getOwnPropertyDescriptors(Object.fromEntries(methods))) as Part;
}
