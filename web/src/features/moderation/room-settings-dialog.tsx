import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { type Tab, Tabs } from '../../ui/tabs.tsx';
import { useUnsaved } from '../../ui/unsaved.ts';
import { InvitationsSection } from '../invitations/invitations-section.tsx';
import { ownStanding, rolesToInvite } from '../members/standing.ts';
import { AboutSection } from './about-section.tsx';
import { AuditSection } from './audit-section.tsx';
import { BansSection } from './bans-section.tsx';
import { EndSection } from './end-section.tsx';
import { MembersSection } from './members-section.tsx';
import { MutesSection } from './mutes-section.tsx';
import { ReportsSection } from './reports-section.tsx';
import { RequestsSection } from './requests-section.tsx';
import { type SettingsSection, sectionsFor } from './settings-sections.ts';

export interface SettingsProps {
  room: OpenRoom;
  state: RoomState;
  me: User;
  onClose: () => void;
}

const useTabs = ({ slug, may, details }: RoomState): Tab<SettingsSection>[] => {
  const { t } = useTranslation();
  const { rooms } = useServices().client;
  const waiting = useStore(rooms.waiting)[slug];
  const counts: Partial<Record<SettingsSection, number>> = {
    requests: waiting?.joinRequestCount ?? 0,
    reports: waiting?.reportCount ?? 0,
  };
  return sectionsFor(may, details).map((id) => {
    const count = counts[id] ?? 0;
    const label = t(`moderation.sections.${id}`);
    return count > 0
      ? { id, label, waiting: { count, label: t('lobby.waiting', { count }) } }
      : { id, label };
  });
};

const Section = ({ id, ...props }: SettingsProps & { id: SettingsSection }) => {
  const { state } = props;
  switch (id) {
    case 'about':
      return state.details ? <AboutSection details={state.details} may={state.may} /> : null;
    case 'invitations': {
      const standing = ownStanding(state.may, state.self?.role ?? null);
      return <InvitationsSection slug={state.slug} roles={state.may.invite ? rolesToInvite(standing) : []} />;
    }
    case 'requests':
      return <RequestsSection slug={state.slug} />;
    case 'members':
      return <MembersSection {...props} />;
    case 'bans':
      return <BansSection {...props} />;
    case 'mutes':
      return <MutesSection {...props} />;
    case 'reports':
      return <ReportsSection {...props} />;
    case 'audit':
      return <AuditSection slug={state.slug} />;
    case 'end':
      return <EndSection state={state} />;
    default:
      return id satisfies never;
  }
};

const Settings = (props: SettingsProps & { first: SettingsSection | null }) => {
  const { t } = useTranslation();
  const { first, ...settings } = props;
  const tabs = useTabs(settings.state);
  const { leave } = useUnsaved();
  const [chosen, setChosen] = useState<SettingsSection | null>(first);
  // What one may no longer see is not shown, though it was chosen.
  const selected = tabs.find(({ id }) => id === chosen)?.id ?? tabs[0]?.id;
  if (!selected) return <p>{t('moderation.notYours')}</p>;
  return (
    <Tabs
      label={t('moderation.sectionsLabel')}
      tabs={tabs}
      selected={selected}
      onSelect={(id) => leave(() => setChosen(id))}
    >
      <Section key={selected} id={selected} {...settings} />
    </Tabs>
  );
};

interface RoomSettingsDialogProps extends SettingsProps {
  open: boolean;
  /** Where to begin; the first section if null. */
  first: SettingsSection | null;
}

/** All that may be set in a room, and what its moderators have to do, as far as it is theirs. */
export const RoomSettingsDialog = ({ open, ...props }: RoomSettingsDialogProps) => {
  const { t } = useTranslation();
  return (
    <Dialog
      wide
      open={open}
      onClose={props.onClose}
      title={t('moderation.title', { room: props.state.title })}
    >
      <Settings {...props} />
    </Dialog>
  );
};
