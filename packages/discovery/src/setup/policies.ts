/**
 * The texts of `scripts/backlog/passes/<id>.md` for the recommended passes: what is worth finding. Form, permissions and
 * what is known already are not their business.
 */
export const PASS_POLICIES: Readonly<Record<string, string>> = {
  'test-gaps': `# Test gaps

Look for behaviour that matters and that no test would notice breaking.

- Start from the code: find branches, error paths and edge cases, then look whether a test covers them.
- Prefer what loses data, money or access when it breaks, and what changed lately.
- Name the missing case exactly: which input, which expected result.
- A test that always passes, or that tests a mock instead of the code, is a gap too.
- Do not propose tests for trivial code, for generated code, or only to raise a number.
`,
  'code-quality': `# Code quality

Look for code that will cost its next reader or user something.

- Bugs first: wrong conditions, unhandled errors, races, leaks, values that cannot be what the code assumes.
- Then what makes changes dangerous: duplicated rules, dead code, modules that know each other's inside.
- Show the place and say what goes wrong there, with an example.
- One candidate is one change. A rewrite of a module is none.
- Matters of taste and what a formatter or linter would find are not worth a task.
`,
  documentation: `# Documentation

Look for documentation that misleads or is missing where people need it.

- Compare what is written with what the code does: commands, options, defaults, examples, links.
- A wrong sentence is worse than a missing one, so report those first, with both places.
- Think of somebody new: can they install it, run it, test it, find the parts?
- Do not propose to describe what the code says itself.
`,
  'user-interface': `# User interface

Look at what people see and use.

- Accessibility: names, focus, keyboard, contrast, motion.
- States that were forgotten: empty, loading, error, very long, very many, offline, small screen.
- Texts that do not help: errors without a way out, labels that differ for the same thing.
- Say which component, which state, and what a person would notice.
- New designs and matters of taste are for people to decide.
`,
  dependencies: `# Dependencies

Look at what the project depends on.

- Unused dependencies, and used ones that are not declared.
- Two libraries for one purpose; a library for what the platform can do by now.
- Versions that are pinned for a reason that is gone, or that differ between workspaces.
- Known weaknesses only when the repository itself shows them; you have no network.
- One candidate is one dependency or one group that belongs together. Say what uses it.
`,
  'build-and-ci': `# Build and CI

Look at how the project is built, checked and released.

- Checks that exist but are not run, or whose failure is ignored.
- Work that is done twice, caches that do not hit, jobs that could run beside each other.
- Permissions wider than needed, actions and images that are not pinned, secrets that reach logs.
- Steps that work on one machine only.
- Say what would be caught, or how much time is saved.
`,
  security: `# Security

Look for ways in which somebody could do what they should not.

- Follow untrusted input: requests, files, environment, messages. Where does it reach a shell, a path, a query, a page?
- Missing checks of who may do it; checks on one way in and not on the other.
- Secrets in code, logs, errors, or responses.
- Weak defaults: open permissions, no limits, no timeouts.
- Describe the way step by step from input to harm. Without such a way it is not a finding.
`,
  boundaries: `# Boundaries between workspaces

Look at how the packages of this repository depend on each other.

- Imports that reach into the inside of another package, cycles, packages that everything must import.
- The same code or the same type in several packages.
- What one package promises in its README or types and does not do.
- Tests that only pass because another package is built or checked out beside it.
- One candidate is one boundary.
`,
};
