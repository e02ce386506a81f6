import { cx } from '../lib/cx.ts';
import styles from './icon.module.css';

const paths = {
  alert: 'M12 4l9 16H3zM12 10v4M12 17v.01',
  archive: 'M4 5h16v4H4zM5.5 9v10h13V9M10 13h4',
  arrowDown: 'M12 5v14M6 13l6 6 6-6',
  at: 'M15.5 8.5v4.8a2.4 2.4 0 0 0 4.8 0V12a8.3 8.3 0 1 0-3.3 6.6M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0',
  ban: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M6 6l12 12',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4',
  bellOff:
    'M6 16.5V11c0-1.3.4-2.5 1.1-3.5M9.5 5.5A6 6 0 0 1 18 11v3M4.5 18.5 6 16.5M18.5 18.5h-14M10 21h4M3 3l18 18',
  blank: '',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  chevronDown: 'M7 10l5 5 5-5',
  chevronRight: 'M10 7l5 5-5 5',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5.5 15H4V4h11v1.5',
  door: 'M5 20.5V3.5h10v4M15 16.5v4H5M11 12h10M18 9l3 3-3 3',
  edit: 'M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5',
  flag: 'M6 21V4M6 4.5c4-2 8 2 12 0v9c-4 2-8-2-12 0',
  hash: 'M9.5 4l-2 16M16.5 4l-2 16M4 9h16M4 15h16',
  headphones: 'M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z',
  headphonesOff:
    'M4 14v-2a8 8 0 0 1 1.7-4.9M9 4.6A8 8 0 0 1 20 12v2M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v3M3 3l18 18',
  leave: 'M3 14.5c5-5 13-5 18 0L18.5 17 15 15.3v-2.6a9 9 0 0 0-6 0v2.6L5.5 17z',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  mail: 'M4 6h16v12H4zM4 7l8 6 8-6',
  menu: 'M4 6h16M4 12h16M4 18h16',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21',
  micOff:
    'M15 9V6a3 3 0 0 0-5.7-1.3M9 9v2a3 3 0 0 0 5 2.2M5.5 11a6.5 6.5 0 0 0 10.6 5M18.5 11a6.4 6.4 0 0 1-.7 2.9M12 17.5V21M3 3l18 18',
  more: 'M5 11.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1M12 11.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1M19 11.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1',
  offline:
    'M2 8.8a15 15 0 0 1 5-3.1M11 5a15 15 0 0 1 11 3.8M5.5 12.6a10 10 0 0 1 4-2.3M14.5 10.3a10 10 0 0 1 4 2.3M9 16.2a5 5 0 0 1 6 0M12 20v.01M3 3l18 18',
  plus: 'M12 5v14M5 12h14',
  reconnecting: 'M20 12a8 8 0 1 1-2.6-5.9M20 4v4h-4',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5L20 20',
  send: 'M4 12l16-8-6 16-3-6.5zM11 13.5L20 4',
  server: 'M4 4h16v7H4zM4 13h16v7H4zM8 7.5v.01M8 16.5v.01M12 7.5h4M12 16.5h4',
  settings:
    'M4 7h8M18 7h2M4 17h2M12 17h8M15 4.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4M9 14.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4',
  shield: 'M12 3.5l7 2.5v5.5c0 4-2.8 7.2-7 9-4.2-1.8-7-5-7-9V6z',
  sound: 'M4 9.5v5h3l5 4v-13l-5 4zM16 9a4 4 0 0 1 0 6M18.8 6.2a8 8 0 0 1 0 11.6',
  trash: 'M4 7h16M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10.5 11v5M13.5 11v5',
  userPlus: 'M9.5 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M3 20a6.5 6.5 0 0 1 13 0M19 8v6M16 11h6',
  users:
    'M9 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.4 3.4 0 0 1 0 6M18 14.3a6.5 6.5 0 0 1 3.5 5.7',
  attach: 'M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L15 7.5',
  chevronLeft: 'M14 7l-5 5 5 5',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  file: 'M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5',
  inbox: 'M4 13.5L6.5 5h11L20 13.5V19H4zM4 13.5h4.5l1.5 2.5h4l1.5-2.5H20',
  pin: 'M9 3.5h6l-1 6 3.5 4h-11l3.5-4zM12 13.5V21',
  play: 'M8 5.5v13l10.5-6.5z',
  reply: 'M9 6l-5 5 5 5M4 11h9a7 7 0 0 1 7 7v1',
  smile: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M9 9.8v.01M15 9.8v.01M8.2 14a4.6 4.6 0 0 0 7.6 0',
  thread: 'M4 5h16v10h-8l-4.5 4V15H4zM8 9h8M8 12h5',
  arrowUp: 'M12 19V5M6 11l6-6 6 6',
} as const;

export type IconName = keyof typeof paths;

interface IconProps {
  name: IconName;
  small?: boolean;
}

/** A line drawing that says nothing by itself: a label beside it does. */
export const Icon = ({ name, small = false }: IconProps) => (
  <svg
    className={cx(styles.icon, small && styles.small)}
    viewBox="0 0 24 24"
    aria-hidden="true"
    focusable="false"
  >
    <path d={paths[name]} />
  </svg>
);
