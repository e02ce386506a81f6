import type { RoomDetails, RoomMay } from '@boltorezka/sdk';

export const settingsSections = [
  'about',
  'invitations',
  'requests',
  'members',
  'bans',
  'mutes',
  'reports',
  'audit',
  'end',
] as const;
export type SettingsSection = (typeof settingsSections)[number];

type Room = Pick<RoomDetails, 'kind' | 'isPublic'>;

const isOffered = (section: SettingsSection, may: RoomMay, room: Room): boolean => {
  switch (section) {
    case 'about':
      return may.changeTopic || may.changeRoom;
    case 'invitations':
      return may.seeAllInvitations || may.invite;
    case 'requests':
      return may.decideRequests && !room.isPublic;
    case 'members':
    case 'bans':
    case 'mutes':
      return may.manageMembers;
    case 'reports':
    case 'audit':
      return may.seeModeration;
    case 'end':
      return may.changeRoom || may.deleteRoom;
    default:
      return section satisfies never;
  }
};

/** What of a room's settings is worth showing to somebody; nothing to who may change nothing. */
export const sectionsFor = (may: RoomMay, room: Room | null): SettingsSection[] => {
  if (!room || room.kind === 'direct' || !(may.changeTopic || may.seeModeration)) return [];
  return settingsSections.filter((section) => isOffered(section, may, room));
};
