export { type CommandValidationOptions, commandValidation } from './command.ts';
export type { RoutingRule } from './route.ts';
