export { createMediaNode, type MediaNodeOptions } from './node.ts';
