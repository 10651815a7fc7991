import { Buffer } from 'node:buffer';
import { checkoutName } from './checkout-facts.ts';
import { hasIntents, readIntents } from './landing-intent.ts';
import type { Repository } from './repository.ts';

/** Whether some landing has begun to move a checkout and has not ended. One that begins or ends meanwhile counts. */
export function isLandingUnderWay({ commonDir }: Repository): Promise<boolean> {
  return hasIntents(commonDir);
}

const OBJECT_NAME = /^[0-9a-f]{40,64}$/;

/** The files that such landings change, by the names of `checkoutFacts`. */
export async function filesUnderWay(repository: Repository): Promise<ReadonlySet<string>> {
  const files = await readIntents(repository.commonDir).catch(() => []);
  const names = new Set<string>();
  for (const plan of files.flatMap(({ intent }) => intent.plans)) {
    for (const { path } of plan.own) names.add(checkoutName(repository, plan, Buffer.from(path)));
    const areTrees = OBJECT_NAME.test(plan.from) && OBJECT_NAME.test(plan.to);
    const changes = areTrees ? await repository.changes(plan.from, plan.to).catch(() => []) : [];
    for (const { path } of changes) names.add(checkoutName(repository, plan, path));
  }
  return names;
}
