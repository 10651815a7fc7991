import { builtinModules } from 'node:module';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const BUILT_IN = new RegExp(`^(?:node:.+|${builtinModules.join('|')})$`);

/**
 * Takes from a module of Node only what is used. An import statement would load whatever else that module can do, which
 * for `node:fs` is all of its streams, and for `node:process` opens those of the process. It also lets packages that
 * call `require` be built into a module, where there is no such function.
 */
export const nodeOnDemand: Plugin = {
  name: 'node-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: BUILT_IN }, ({ path, kind }) => ({
      path: path.startsWith('node:') ? path : `node:${path}`,
      namespace: kind === 'require-call' ? 'required-from-node' : 'imported-from-node',
    }));
    onLoad({ filter: /.*/, namespace: 'imported-from-node' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default');
      const taken = names.map((name) => `export const ${name} = /* @__PURE__ */ take('${name}');`);
      const all = `export default /* @__PURE__ */ process.getBuiltinModule('${path}');`;
      return {
        contents: [`const take = (name) => process.getBuiltinModule('${path}')[name];`, ...taken, all].join('\n'),
      };
    });
    onLoad({ filter: /.*/, namespace: 'required-from-node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};
