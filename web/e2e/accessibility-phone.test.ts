import { checkScenes } from './check-scenes.ts';

checkScenes({ language: 'ru', theme: 'dark', phone: true });
