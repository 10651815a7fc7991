import { defineConfig } from 'tsup';
import { nodeOnDemand } from '../../tools/node-on-demand.ts';
import { preset } from '../../tools/tsup-preset.ts';

/** A run begins sooner when execa, which is a hundred files of a dozen packages, is a part of this one. */
export default defineConfig({ ...preset(), noExternal: ['execa'], esbuildPlugins: [nodeOnDemand] });
