import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import type { Anchor } from '../../../ui/anchor.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Lazily } from '../../../ui/lazily.tsx';
import { Menu, MenuEntry } from '../../../ui/menu.tsx';
import { loadEmojiPicker } from '../../emoji/load-picker.ts';
import { BlockDialog } from '../../moderation/block-dialog.tsx';
import { loadPersonDialogs } from '../../moderation/load-person-dialogs.ts';
import { hasMine } from '../message/reaction-list.ts';
import { rightsOf } from '../message/rights.ts';
import { type Floating, type ModeratingAction, useSurface } from '../message/surface.tsx';
import { actionItems } from './action-items.ts';
import { DeleteDialog, ReportDialog } from './dialogs.tsx';
import styles from './place.module.css';
import { Reactors } from './reactors.tsx';

const loadViewer = () => import('../../attachments/viewer.tsx');

/** Emoji at the top of the menu. */
const quickCount = 5;

/** What of the author a message tells. */
const authorOf = ({ userId, userName }: TimelineMessage) => ({
  ...{ userId, userName, role: null },
  ...{ isHere: false, isMuted: false },
});

type Beside = Extract<Floating, { anchor: Anchor }>;

const QuickReactions = ({ message, anchor }: Beside) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
  const recent = useStore(useServices().emoji.recent);
  return (
    <div role="none" className={styles.quickRow}>
      {recent.slice(0, quickCount).map((symbol) => (
        <MenuEntry
          key={symbol}
          className={styles.quick}
          label={t('chat.actions.reactWith', { emoji: symbol })}
          item={{
            id: `react-${symbol}`,
            label: symbol,
            testId: `action-react-${symbol}`,
            onSelect: () => acts.react(message, symbol, !hasMine(message.reactions, symbol)),
          }}
        >
          {symbol}
        </MenuEntry>
      ))}
      <MenuEntry
        className={styles.quick}
        label={t('chat.actions.react')}
        item={{
          id: 'react',
          label: t('chat.actions.react'),
          testId: 'action-react',
          onSelect: () => acts.open({ kind: 'emoji', message, anchor }),
        }}
      >
        <Icon name="smile" />
      </MenuEntry>
    </div>
  );
};

interface FloatingProps<F extends Floating> {
  floating: F;
  onClose: () => void;
}

const MessageMenu = ({ floating, onClose }: FloatingProps<Beside>) => {
  const { t } = useTranslation();
  const surface = useSurface();
  const { message, anchor } = floating;
  const rights = rightsOf(message, surface);
  return (
    <Menu
      anchor={anchor}
      label={t('chat.actions.label')}
      items={actionItems({ ...floating, acts: surface.acts, rights, t })}
      head={rights.react ? <QuickReactions {...floating} /> : null}
      onClose={onClose}
      testId="message-menu"
    />
  );
};

interface AuthorDialogProps {
  room: OpenRoom;
  asked: Extract<Floating, { kind: ModeratingAction }>;
  onClose: () => void;
}

/** Asks before something is done to whoever wrote the message. */
const AuthorDialog = ({ room, asked: { kind, message }, onClose }: AuthorDialogProps) => (
  <Lazily load={loadPersonDialogs} when onFail={onClose}>
    {({ PersonDialogs }) => (
      <PersonDialogs
        room={room.state.get()}
        asked={{ action: kind, person: authorOf(message), isOpen: true, question: 0 }}
        onClose={onClose}
      />
    )}
  </Lazily>
);

interface FloatingViewProps {
  room: OpenRoom;
  floating: Floating;
  onClose: () => void;
}

/** What somebody has opened over a message. */
export const FloatingView = ({ room, floating, onClose }: FloatingViewProps) => {
  const { acts } = useSurface();
  switch (floating.kind) {
    case 'menu':
      return <MessageMenu floating={floating} onClose={onClose} />;
    case 'reactions':
      return <Reactors {...floating} onClose={onClose} />;
    case 'emoji':
      return (
        <Lazily load={loadEmojiPicker} when onFail={onClose}>
          {({ EmojiPicker }) => (
            <EmojiPicker
              anchor={floating.anchor}
              onPick={(symbol) => acts.react(floating.message, symbol, true)}
              onClose={onClose}
            />
          )}
        </Lazily>
      );
    case 'viewer':
      return (
        <Lazily load={loadViewer} when onFail={onClose}>
          {({ Viewer }) => (
            <Viewer message={floating.message} attachmentId={floating.attachmentId} onClose={onClose} />
          )}
        </Lazily>
      );
    case 'delete':
      return <DeleteDialog room={room} message={floating.message} onClose={onClose} />;
    case 'report':
      return <ReportDialog message={floating.message} onClose={onClose} />;
    case 'block':
      return <BlockDialog open person={floating.message} onClose={onClose} />;
    case 'mute':
    case 'remove':
    case 'ban':
      return <AuthorDialog room={room} asked={floating} onClose={onClose} />;
    default:
      return floating satisfies never;
  }
};
