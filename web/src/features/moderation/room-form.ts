import { type CallInput, limits, type RoomDetails, type RoomMay, toOneLine } from '@boltorezka/sdk';

type RoomChanges = CallInput<'rooms.update'>['body'];

/** A room as its form has it: everything as text or a mark, as fields hold it. */
export interface RoomForm {
  title: string;
  topic: string;
  category: string;
  position: string;
  slowModeS: number;
  isPublic: boolean;
  acceptsRequests: boolean;
}

export const toForm = (details: RoomDetails): RoomForm => ({
  title: details.roomTitle,
  topic: details.topic,
  category: details.category ?? '',
  position: String(details.position),
  slowModeS: details.slowModeS,
  isPublic: details.isPublic,
  acceptsRequests: details.acceptsRequests,
});

export interface RoomFormProblems {
  title?: true;
  position?: true;
}

const maxPosition = 1_000_000;

export const problemsOf = ({ title, position }: RoomForm): RoomFormProblems => {
  const { length } = toOneLine(title);
  const titleFits = length >= limits.minRoomTitleLength && length <= limits.maxRoomTitleLength;
  const positionFits = /^\d{1,7}$/.test(position.trim()) && Number(position) <= maxPosition;
  return {
    ...(titleFits ? {} : { title: true as const }),
    ...(positionFits ? {} : { position: true as const }),
  };
};

/** What is to be another than it was, of what I may change: all else is left out, so that nobody's change is undone. */
export const changesOf = (before: RoomForm, after: RoomForm, may: RoomMay): RoomChanges => {
  const topic = toOneLine(after.topic);
  const category = toOneLine(after.category);
  const isOther = (name: keyof RoomForm): boolean => before[name] !== after[name];
  return {
    ...(may.changeRoom && isOther('title') && { title: after.title.trim() }),
    ...(may.changeTopic && topic !== before.topic && { topic }),
    ...(may.changePlace && category !== before.category && { category: category === '' ? null : category }),
    ...(may.changePlace && isOther('position') && { position: Number(after.position) }),
    ...(may.changeTopic && isOther('slowModeS') && { slow_mode_s: after.slowModeS }),
    ...(may.changeRoom && isOther('isPublic') && { is_public: after.isPublic }),
    ...(may.changeRoom && isOther('acceptsRequests') && { accepts_requests: after.acceptsRequests }),
  };
};
