import { expect, test } from 'vitest';
import { factsOf, portsIn } from './inspect.ts';

test('privileges are read from the status of a process', () => {
  const status = [
    'Name:\tnode',
    'Uid:\t1000\t1000\t1000\t1000',
    'Gid:\t1000\t1000\t0\t1000',
    'CapPrm:\t0000000000000000',
    'CapEff:\t0000000000000000',
    'CapBnd:\t00000000a80425fb',
    'CapAmb:\t0000000000000000',
    'NoNewPrivs:\t1',
  ];
  expect(factsOf(7, status.join('\n'))).toEqual({
    pid: 7,
    name: 'node',
    uids: '1000',
    gids: '1000 0',
    capabilities: ['CapBnd'],
    noNewPrivileges: true,
  });
});

test('bound ports are those of any UDP socket, and of TCP sockets that listen', () => {
  const table = [
    '  sl  local_address rem_address   st',
    '   0: 00000000:9C40 00000000:0000 07 0:0',
    '   1: 0100007F:1F90 00000000:0000 0A 0:0',
  ].join('\n');
  expect(portsIn(table, 'udp')).toEqual([40_000, 8_080]);
  expect(portsIn(table, 'tcp')).toEqual([8_080]);
});
