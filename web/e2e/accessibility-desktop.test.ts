import { checkScenes } from './check-scenes.ts';

// Both languages, both themes and both widths: what one hides, the other shows in the next scene.
checkScenes({ language: 'en', theme: 'light', phone: false });
