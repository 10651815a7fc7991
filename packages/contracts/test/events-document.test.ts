import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

it('docs/events.md has every event with its fields, and no other', () => {
  const events = eventsIn(read('../src/event.ts'));
  expect(events.get('plan.writing')).toEqual(['inquiry', 'fence', 'supersedes', 'children', 'summary']);
  expect(documentedEvents(read('../../../docs/events.md'))).toEqual(events);
});

/** The fields of each event by its type, in the order of the source; those that may be absent end with `?`. */
function eventsIn(source: string): ReadonlyMap<string, readonly string[]> {
  const [, union = ''] = /export type BacklogEvent =([\s\S]*?);\n\n/.exec(source) ?? [];
  const members = withoutComments(union)
    .split(/^ {2}\| /m)
    .slice(1);
  return new Map(
    members.map((member) => {
      const [, named = ''] = /&\s*(\w+)\)/.exec(member) ?? [];
      const [, type = ''] = /readonly type: '([\w.-]+)'/.exec(member) ?? [];
      return [type, [...fieldsIn(member), ...fieldsIn(interfaceIn(source, named))].filter((name) => name !== 'type')];
    }),
  );
}

function interfaceIn(source: string, name: string): string {
  const [, body = ''] = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}\\n`).exec(source) ?? [];
  return `{${withoutComments(body)}}`;
}

const withoutComments = (text: string) => text.replace(/\/\*\*[\s\S]*?\*\//g, '');

/** The names of a type literal's own properties, not of those inside of them. */
function fieldsIn(literal: string): readonly string[] {
  let depth = 0;
  const own = [...literal].filter((sign) => {
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    return depth === 1;
  });
  return [...own.join('').matchAll(/readonly (\w+\??):/g)].map(([, name = '']) => name);
}

/** The rows of the document's tables: `| \`type\` | meaning | \`field\`, \`field?\` |`. */
function documentedEvents(document: string): ReadonlyMap<string, readonly string[]> {
  const rows = document.matchAll(/^\| `([\w.-]+)` +\| .*\S.* +\| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, type = '', fields = '']) => [
      type,
      [...fields.matchAll(/`(\w+\??)`/g)].map(([, name = '']) => name),
    ]),
  );
}
