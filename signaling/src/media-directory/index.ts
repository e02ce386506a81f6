export { createMediaDirectory } from './media-directory.ts';
