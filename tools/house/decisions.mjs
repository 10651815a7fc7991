// Every decision has a number, a date and a line in the list of decisions.
const HOME = 'docs/decisions';

export function* decisions(house) {
  const index = house.exists(`${HOME}/README.md`) ? house.read(`${HOME}/README.md`) : '';
  for (const name of house.list(HOME).filter((file) => file.endsWith('.md') && file !== 'README.md')) {
    const [, number] = /^(\d{4})-[\w-]+\.md$/.exec(name) ?? [];
    const [, titled, title, date] = /^# (\d+)\. (.+)\n\n(.*)\n/.exec(house.read(`${HOME}/${name}`)) ?? [];
    if (number === undefined || Number(titled) !== Number(number)) {
      yield `${HOME}/${name}: the name and the title do not begin with one number`;
    } else if (!isDate(date)) yield `${HOME}/${name}: below the title there is no date`;
    else if (!index.includes(`| [${number}](${name}) | `)) yield `${HOME}/README.md: does not list ${name}, "${title}"`;
  }
}

/** `2026-01-31`; a month has no day 32. */
function isDate(text) {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
