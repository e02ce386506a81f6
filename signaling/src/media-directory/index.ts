export { createMediaDirectory, type MediaDirectory } from './media-directory.ts';
