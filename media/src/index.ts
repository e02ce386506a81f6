export { createNodeDirectory, type NodeDirectory } from './directory/index.ts';
export { createMediaLinkServer, type MediaLinkServer, type MediaLinkServerOptions } from './link/server.ts';
export { createMediaNode, type MediaNodeOptions } from './node.ts';
