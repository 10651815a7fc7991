const conditions = ['@backlog-runner/source', 'module', 'node', 'development|production'];

/** Lets tests of one package import the others' TypeScript sources, so that no build is needed before a test. */
export const sourceCondition = {
  ssr: { resolve: { conditions, externalConditions: conditions } },
};
