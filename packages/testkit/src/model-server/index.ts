export type { Agent } from './client-setup.ts';
export { type InstalledAgent, installedAgent } from './installed-agent.ts';
export type { ModelPlan, ModelStep, ModelTurn } from './model-turn.ts';
export { playByMarker, playPrompts, playSteps } from './plans.ts';
export { type ModelRequest, type ModelServer, startModelServer } from './start-model-server.ts';
