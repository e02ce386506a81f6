import { expect, test } from 'vitest';
import { readStamp, stampedText } from './holder-messages.ts';

test('the moment of sending is read back from a frame that carries the text', () => {
  const text = stampedText(123_456_789.7, 100);
  expect(text).toHaveLength(100);
  const frame = Buffer.from(JSON.stringify({ v: 1, type: 'chat.message', payload: { text } }));
  expect(readStamp(frame)).toBe(123_456_790);
});

test('a frame without a stamp has none', () => {
  expect(readStamp(Buffer.from('{"v":1,"type":"presence.joined"}'))).toBeUndefined();
});
