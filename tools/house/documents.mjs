// Every package says what it is; links between documents lead somewhere.
import { posix } from 'node:path';
import { isPublished } from './source-files.mjs';

export function* documents(house) {
  for (const directory of house.packages.filter(isPublished)) {
    if (!house.exists(`${directory}/README.md`)) yield `${directory}: there is no README.md`;
  }
  for (const document of house.documents()) {
    const text = house.read(document).replace(/```[\s\S]*?```/g, '');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file, heading] = target.split('#');
      const found = file === '' ? document : posix.join(posix.dirname(document), file);
      if (!house.exists(found)) yield `${document}: leads to ${target}, which is not there`;
      else if (heading && !headingsOf(house.read(found)).includes(heading))
        yield `${document}: ${file} has no heading #${heading}`;
    }
  }
}

/** The names under which GitHub links to the headings of a document. */
function headingsOf(text) {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
