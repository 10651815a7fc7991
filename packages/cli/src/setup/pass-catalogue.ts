import type { ProposedPass } from './proposal.ts';

type Offer = Omit<ProposedPass, 'why' | 'includePaths' | 'excludePaths' | 'capabilities'>;

/** The passes that are offered where a repository gives reason to. */
export const DEFECTS: Offer = {
  id: 'defects',
  description: 'Defects that a user would meet',
  every: '24h',
  maxCandidates: 3,
  prompt: `Look for defects that somebody who uses this project would meet: wrong results, lost data, unhandled errors,
races, resources that are not released.

Propose only what you can show in the code. Name the file and what happens there, and say in the acceptance criteria how
the right behaviour can be seen. Prefer one serious defect to three trifles.
`,
};

export const TESTS: Offer = {
  id: 'tests',
  description: 'Behaviour that matters and that no test covers',
  every: '24h',
  maxCandidates: 3,
  prompt: `Look for behaviour that matters and that no test covers: error paths, edges, rules that are written down and not
tried.

Propose tests that could fail. Name the file under test and the place where its tests are. Do not propose tests of trivial
code, nor tests that only repeat the implementation.
`,
};

export const DOCS: Offer = {
  id: 'docs',
  description: 'Documentation that contradicts the code',
  every: '72h',
  maxCandidates: 3,
  prompt: `Compare the documentation with what the code does: commands, options, settings, examples, defaults.

Propose to correct what is wrong or missing for somebody who follows it. Name the document, the place, and the code that
shows what is true. Do not propose matters of style.
`,
};

export const DEPENDENCIES: Offer = {
  id: 'dependencies',
  description: 'Dependencies that are unused, doubled or fit to be removed',
  every: '7d',
  maxCandidates: 2,
  prompt: `Look at the manifests and at how their dependencies are used: some may be unused, two may do the same, one may be
replaced by a few lines or by what the platform gives.

Propose one change at a time and show where the dependency is used. Do not propose an update only because there is a newer
version.
`,
};

export const INTERFACE: Offer = {
  id: 'interface',
  description: 'Flaws of the user interface',
  every: '72h',
  maxCandidates: 3,
  prompt: `Look for flaws of the user interface that show in the code: states that are not handled (empty, loading, failed), forms
that lose input, controls that keyboards or screen readers cannot use, texts that do not fit.

Name the component and say how the flaw can be seen.
`,
};

export const BUILD: Offer = {
  id: 'build',
  description: 'Checks of the continuous integration that are slow, doubled or missing',
  every: '7d',
  maxCandidates: 2,
  prompt: `Look at the workflows of the continuous integration: steps that do the same work twice, checks that exist in the
repository and are not run, results that nobody would notice when they fail.

Propose one improvement at a time, and say how it can be seen that it works.
`,
};
