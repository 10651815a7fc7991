// The rules of the house that a program can check. Prints each breach with its place; exits with 1 if there is any.
//   node tools/house-rules.mjs            the sources and documents, in a second
//   node tools/house-rules.mjs --packed   also the built packages, as strangers get them
import { fileURLToPath } from 'node:url';
import { changesets } from './house/changesets.mjs';
import { decisions } from './house/decisions.mjs';
import { documents } from './house/documents.mjs';
import { imports } from './house/imports.mjs';
import { packed } from './house/packed.mjs';
import { privileges } from './house/privileges.mjs';
import { readAloud } from './house/read-aloud.mjs';
import { houseAt } from './house/source-files.mjs';
import { unusedExports } from './house/unused-exports.mjs';

const rules = [imports, privileges, unusedExports, readAloud, documents, decisions, changesets];
if (process.argv.includes('--packed')) rules.push(packed);

const house = houseAt(fileURLToPath(new URL('..', import.meta.url)));
let broken = 0;
for (const rule of rules) {
  for await (const breach of rule(house)) {
    console.error(breach);
    broken += 1;
  }
}
console.log(broken === 0 ? 'house rules: kept' : `house rules: ${broken} broken`);
process.exit(broken === 0 ? 0 : 1);
