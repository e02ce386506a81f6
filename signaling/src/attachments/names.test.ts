import { limits } from '@boltorezka/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toSafeName } from './names.ts';

it.each([
  ['photo.png', 'photo.png'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\anna\\secret.txt', 'secret.txt'],
  ['/', 'file'],
  ['..', 'file'],
  ['.bashrc', 'bashrc'],
  ['report.pdf. ', 'report.pdf'],
  ['photo\u202Egnp.exe', 'photognp.exe'],
  ['a\u0000b\r\nc.txt', 'abc.txt'],
  ['a"b<c>|d?.txt', 'a_b_c__d_.txt'],
  ['Отчёт за май.docx', 'Отчёт за май.docx'],
  ['кот 🐈\u200d⬛.jpg', 'кот 🐈⬛.jpg'],
  ['\ud800.txt', 'txt'],
])('%j is called %j', (given, expected) => {
  expect(toSafeName(given)).toBe(expected);
});

it('a long name keeps its extension', () => {
  const name = toSafeName(`${'я'.repeat(500)}.tar.gz`);
  expect([...name]).toHaveLength(limits.maxAttachmentNameLength);
  expect(name.endsWith('я.gz')).toBe(true);
});

it('no name has a path, a control or a turned direction in it, is empty or too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
      const name = toSafeName(given);
      expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}"<>]/u);
      expect(name).not.toMatch(/^\.|^$/);
      expect([...name].length).toBeLessThanOrEqual(limits.maxAttachmentNameLength);
    }),
    { seed: 3 },
  );
});
