// Every package says what it is; links between documents lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isPublished, PACKAGES, root } from './source-files.mjs';

export function* documents() {
  for (const directory of PACKAGES.filter(isPublished)) {
    if (!existsSync(join(root, directory, 'README.md'))) yield `${directory}: there is no README.md`;
  }
  for (const path of documentsBelow(root)) {
    const text = readFileSync(path, 'utf8').replace(/```[\s\S]*?```/g, '');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file, heading] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      if (!existsSync(found)) yield `${relative(root, path)}: leads to ${target}, which is not there`;
      else if (heading && !headingsOf(found).includes(heading))
        yield `${relative(root, path)}: ${file} has no heading #${heading}`;
    }
  }
}

function documentsBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|dist.*|fixtures|\..*)$/.test(entry.name) ? [] : documentsBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The names under which GitHub links to the headings of a document. */
function headingsOf(path) {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
