import { location } from './media-files.ts';

export interface TiffKind {
  isLittle: boolean;
  isBig: boolean;
}

interface Field {
  tag: number;
  /** 1 is bytes, 2 text, 4 a place in the file (13 and 18 are as well), 5 two numbers of four bytes. */
  type: number;
  value: Buffer;
  isGone?: boolean;
}

const unitBytes: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 18: 8 };

/** Written from its start to its end: what is named by where it is comes before who names it. */
class TiffBuilder {
  readonly #kind: TiffKind;
  #bytes: Buffer;

  constructor(kind: TiffKind) {
    this.#kind = kind;
    this.#bytes = Buffer.concat([
      Buffer.from(kind.isLittle ? 'II' : 'MM', 'latin1'),
      this.number(kind.isBig ? 43 : 42, 2),
      ...(kind.isBig ? [this.number(8, 2), this.number(0, 2)] : []),
      this.number(0, kind.isBig ? 8 : 4),
    ]);
  }

  number(value: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const written = Math.min(length, 4);
    if (this.#kind.isLittle) bytes.writeUIntLE(value, 0, written);
    else bytes.writeUIntBE(value, length - written, written);
    return bytes;
  }

  /** @returns where it is. */
  append(bytes: Buffer): number {
    const at = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    return at;
  }

  /** @param isGone leaves as much room as it would take. @returns where it is. */
  directory(fields: Field[], { next = 0, isGone = false } = {}): number {
    const wide = this.#kind.isBig ? 8 : 4;
    const entries = fields.map((field) => ({ ...field, raw: this.#entry(field, wide) }));
    const kept = entries.filter((entry) => !entry.isGone);
    const parts = [
      this.number(kept.length, this.#kind.isBig ? 8 : 2),
      ...kept.map(({ raw }) => raw),
      this.number(next, wide),
      Buffer.alloc((entries.length - kept.length) * (4 + 2 * wide)),
    ];
    const bytes = Buffer.concat(parts);
    return this.append(isGone ? Buffer.alloc(bytes.length) : bytes);
  }

  finish(first: number): Buffer {
    const { isBig } = this.#kind;
    this.number(first, isBig ? 8 : 4).copy(this.#bytes, isBig ? 8 : 4);
    return this.#bytes;
  }

  #entry({ tag, type, value, isGone }: Field, wide: number): Buffer {
    const count = value.length / (unitBytes[type] ?? 1);
    const left = isGone ? Buffer.alloc(value.length) : value;
    const inside = Buffer.alloc(wide);
    if (value.length <= wide) left.copy(inside);
    else this.number(this.append(left), wide).copy(inside);
    return Buffer.concat([this.number(tag, 2), this.number(type, 2), this.number(count, wide), inside]);
  }
}

/** 55.75 north, as GPS has it. */
const latitude = [55_750_000, 1_000_000, 0, 1, 0, 1];

/** Two pages: one with GPS, Exif, XMP and the like, the other with its own GPS in a picture within it. */
export const tiff = (kind: TiffKind, { isWiped = false, isRaw = false } = {}): Buffer => {
  const builder = new TiffBuilder(kind);
  const [pointer, wide] = kind.isBig ? [18, 8] : [4, 4];
  const text = (tag: number, isGone: boolean): Field => ({
    tag,
    type: 2,
    value: Buffer.from(location),
    isGone,
  });
  const gps = (): number =>
    builder.directory(
      [
        { tag: 1, type: 2, value: Buffer.from('N\0'), isGone: false },
        { ...text(28, false), value: isWiped ? Buffer.alloc(location.length) : Buffer.from(location) },
        {
          tag: 2,
          type: 5,
          value: Buffer.concat(latitude.map((value) => builder.number(isWiped ? 0 : value, 4))),
        },
      ],
      { isGone: isWiped },
    );
  const pointing = (tag: number, at: number, isGone: boolean): Field => ({
    ...{ tag, type: pointer, isGone },
    value: builder.number(at, wide),
  });
  const isExifGone = isWiped && !isRaw;
  const exif = builder.directory(
    [
      { tag: 33_434, type: 5, value: isExifGone ? Buffer.alloc(8) : builder.number(1, 8) },
      {
        tag: 37_510,
        type: 7,
        value: isExifGone ? Buffer.alloc(60) : Buffer.alloc(60, isRaw ? 'x' : location),
      },
      pointing(34_853, gps(), isWiped),
    ],
    { isGone: isExifGone },
  );
  const strip = builder.append(Buffer.alloc(64, 0x66));
  const pixels: Field[] = [
    { tag: 256, type: 3, value: builder.number(8, 2) },
    { tag: 273, type: 4, value: builder.number(strip, 4) },
    { tag: 274, type: 3, value: builder.number(6, 2) },
  ];
  const within = builder.directory([...pixels, text(700, isWiped), pointing(34_853, gps(), isWiped)]);
  const second = builder.directory([...pixels, pointing(330, within, false)]);
  const first = builder.directory(
    [
      ...pixels,
      ...[text(700, isWiped), text(33_723, isWiped), text(34_377, isWiped)],
      ...[pointing(34_665, exif, isExifGone), pointing(34_853, gps(), isWiped)],
    ],
    { next: second },
  );
  return builder.finish(first);
};
