import { expect, it } from 'vitest';
import { createOutboxRig, createSlowOutbox, entry, turnOf } from '../../test/outbox-rig.ts';
import { until } from '../../test/until.ts';
import type { OutboxTurnListener } from '../types/outbox.ts';

it('what is unsent is erased, and other pages of the browser were told, before its writer goes on', async () => {
  const rig = await createOutboxRig();
  const { storage, asked } = createSlowOutbox();
  const enterTurn = (userId: string, listener: OutboxTurnListener) => ({
    ...turnOf({ listener: null })(userId, listener),
    announce: () => void asked.push('announce'),
  });
  await storage.save(entry('written'));
  const client = await rig.start({ ...storage, enterTurn });
  await until(client.unsent.state, (entries) => entries.length === 1);
  await client.unsent.erase();
  expect(asked.slice(-2)).toEqual(['erase', 'announce']);
  await rig.close();
});
