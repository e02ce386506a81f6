import { checkScenes } from './check-scenes.ts';

// Both languages, both themes and both widths, each once, here and on a phone: what one pair hides the other shows.
checkScenes({ language: 'en', theme: 'light', phone: false });
