import { type HolderId, type LeaseManager, resource } from '@backlog-runner/contracts';
import type { GitLanding } from '@backlog-runner/worktrees';

export interface SettleLandingOptions {
  readonly landing: GitLanding;
  readonly leases: LeaseManager;
  readonly holder: HolderId;
  readonly ttlMs: number;
}

/**
 * Takes back what a landing did to the user's checkout before it was killed. Answers with the checkouts that only the
 * user can put right. A living runner that is landing settles its own.
 */
export async function settleLanding({
  landing,
  leases,
  holder,
  ttlMs,
}: SettleLandingOptions): Promise<readonly string[]> {
  const lease = await leases.acquire({ resources: [resource.landing(landing.branch)], holder, ttlMs });
  if (!lease) return [];
  try {
    return await landing.settle();
  } finally {
    await leases.release(lease);
  }
}
