import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { SearchPanel } from '../../search/search-panel.tsx';
import { ThreadPanel } from '../../threads/thread-panel.tsx';
import { ThreadsPanel } from '../../threads/threads-panel.tsx';
import type { ConversationHandle, Panel } from '../use-conversation.ts';
import { PinsPanel } from './pins-panel.tsx';

export interface PanelBodyProps {
  room: OpenRoom;
  state: RoomState;
  me: User;
  conversation: ConversationHandle;
  panel: Panel;
}

/** What a panel holds. */
export const PanelBody = ({ panel, ...props }: PanelBodyProps) => {
  switch (panel.kind) {
    case 'thread':
      return <ThreadPanel key={panel.rootId} {...props} rootId={panel.rootId} target={panel.target} />;
    case 'threads':
      return <ThreadsPanel {...props} />;
    case 'pins':
      return <PinsPanel {...props} />;
    case 'search':
      return <SearchPanel {...props} />;
    default:
      return panel satisfies never;
  }
};
