import { type FileWindow, MalformedMediaError } from './pieces.ts';
import type { Wipe } from './wipe.ts';

/** Elements of RFC 9559, by number. */
const element = { segment: 0x18538067, tags: 0x1254c367, empty: 0xec };

/** The longest head: four bytes that name the element, eight that tell its size. */
const maxHeadBytes = 12;

interface Element {
  id: number;
  start: number;
  body: number;
  /** Undefined where it goes on until another one begins. */
  end: number | undefined;
}

/** How many bytes a number has is told by its first bit that is set (RFC 8794, 4). */
const widthOf = (first: number): number => Math.clz32(first) - 23;

const parseHead = (head: Buffer, start: number): Element | undefined => {
  const idBytes = widthOf(head[0] ?? 0);
  if (head.length <= idBytes) return undefined;
  const sizeBytes = widthOf(head[idBytes] ?? 0);
  if (idBytes > 4 || sizeBytes > 8) throw new MalformedMediaError('an element is broken');
  if (head.length < idBytes + sizeBytes) return undefined;
  const mask = 0x7f >> (sizeBytes - 1);
  const digits = head.subarray(idBytes, idBytes + sizeBytes);
  const size = digits.reduce((sum, byte, index) => sum * 256 + (index === 0 ? byte & mask : byte), 0);
  const isUnknown = digits.every((byte, index) => (index === 0 ? (byte & mask) === mask : byte === 0xff));
  const body = start + idBytes + sizeBytes;
  return { id: head.readUIntBE(0, idBytes), start, body, end: isUnknown ? undefined : body + size };
};

/** The head of an element that nobody reads, of so many bytes altogether. */
const emptyHead = (bytes: number): Buffer => {
  if (bytes < 128) return Buffer.from([element.empty, 0x80 | (bytes - 2)]);
  const head = Buffer.alloc(9);
  head.writeUInt8(element.empty, 0);
  head.writeBigUInt64BE((1n << 56n) | BigInt(bytes - 9), 1);
  return head;
};

/**
 * Wipes the tags out of WebM and Matroska: the one place of theirs that a location has.
 * @throws MalformedMediaError
 */
export const wipeMatroska = async (file: FileWindow, wipe: Wipe): Promise<void> => {
  for (let at = 0; at < file.size; ) {
    wipe.countPart();
    const found = parseHead(await file.upTo(at, maxHeadBytes), at);
    // A recording that was broken off plays as far as it goes.
    if (!found) return;
    const { id, body, end } = found;
    if (id === element.tags) {
      const last = Math.min(end ?? file.size, file.size);
      wipe.zero(at, last);
      if (end !== undefined && end <= file.size) wipe.patch(at, emptyHead(end - at));
    }
    // What is recorded live has neither a size of its own nor of its clusters: their elements come one after another.
    at = id === element.segment || (end === undefined && id !== element.tags) ? body : (end ?? file.size);
  }
};
