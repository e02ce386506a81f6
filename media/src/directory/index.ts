export { createNodeDirectory, type NodeDirectory } from './node-directory.ts';
