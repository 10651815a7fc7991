export type { BootstrapOptions } from './bootstrap.ts';
export { type CheckoutWorkspaceOptions, checkoutWorkspace } from './checkout-workspace.ts';
export type { RunProcess } from './git.ts';
export { type GitLandingOptions, gitLanding } from './git-landing.ts';
export { type AttemptRef, type CommitFacts, type GitRecords, gitRecords } from './git-records.ts';
export { defaultPoolDirectory } from './pool-directory.ts';
export { type PoolEntry, type PoolInventory, type PoolInventoryOptions, poolInventory } from './pool-inventory.ts';
export { type Checkout, type OpenRepositoryOptions, openRepository, type Repository } from './repository.ts';
export { type GitWorkspacesOptions, gitWorkspaces } from './worktree-pool.ts';
