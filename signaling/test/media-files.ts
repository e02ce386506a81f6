/** Files as cameras write them, as small as they can be. `isWiped` builds what is to be left of the same one. */

export const location = '+55.7500+037.6100/';

export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

export const box = (type: string, ...contents: Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([u32(8 + content.length), latin1(type), content]);
};

/** With its size in eight bytes, as those of more than 4 GiB are. */
export const longBox = (type: string, content: Uint8Array): Buffer =>
  Buffer.concat([u32(1), latin1(type), u32(0), u32(16 + content.length), content]);

const fullBox = (type: string, version: number, ...contents: Uint8Array[]): Buffer =>
  box(type, Buffer.from([version, 0, 0, 0]), ...contents);

/** What is left of a box that goes. */
const freed = (whole: Buffer, headBytes = 8): Buffer => {
  const left = Buffer.alloc(whole.length);
  whole.copy(left, 0, 0, headBytes);
  left.write('free', 4, 'latin1');
  return left;
};

const handler = (type: string): Buffer =>
  fullBox('hdlr', 0, u32(0), latin1(type), Buffer.alloc(12), latin1('somebody\0'));

/** `©xyz` is what Android writes, the long name what Apple does. */
const userData = box('udta', box('\xa9xyz', u16(location.length), u16(0x15c7), latin1(location)));
const appleMeta = box(
  'meta',
  handler('mdta'),
  fullBox('keys', 0, u32(1), box('mdta', latin1('com.apple.quicktime.location.ISO6709'))),
  box('ilst', box('\0\0\0\x01', box('data', u32(1), u32(0), latin1(location)))),
);
const xmpId = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
const xmpBox = box('uuid', xmpId, latin1(`<exif:GPSLatitude>${location}</exif:GPSLatitude>`));
/** As 360-degree cameras have it: it tells how to show the video. */
const spherical = box('uuid', Buffer.from('ffcc82638f554a938814587a02521fdd', 'hex'), latin1('<xml/>'));

interface Samples {
  /** Where its chunks are, and how many samples of which sizes each has. */
  chunks: { offset: number; sizes: number[] }[];
}

const tables = ({ chunks }: Samples): Buffer => {
  const sizes = chunks.flatMap((chunk) => chunk.sizes);
  const runs = chunks.flatMap(({ sizes: own }, index) => [u32(index + 1), u32(own.length), u32(1)]);
  return box(
    'stbl',
    fullBox('stsc', 0, u32(chunks.length), ...runs),
    fullBox('stsz', 0, u32(0), u32(sizes.length), ...sizes.map(u32)),
    fullBox('stco', 0, u32(chunks.length), ...chunks.map(({ offset }) => u32(offset))),
  );
};

const track = (type: string, samples: Samples, ...more: Buffer[]): Buffer =>
  box(
    'trak',
    fullBox('tkhd', 0, Buffer.alloc(80, 0x40)),
    ...more,
    box('mdia', fullBox('mdhd', 0, Buffer.alloc(20)), handler(type), box('minf', tables(samples))),
  );

export interface WantedMovie {
  brand?: string;
  isWiped?: boolean;
  notes?: 'meta' | 'camm' | 'gpmd';
}

/** Pictures, and by turns with them what the camera noted. */
const movieData = (isWiped: boolean) => {
  const picture = Buffer.alloc(100, 0x77);
  const note = isWiped ? Buffer.alloc(location.length) : latin1(location);
  return { picture, note, all: Buffer.concat([picture, note, note, picture, note]) };
};

/** A phone's video: `ftyp`, all data, and then what tells where it was taken, in every place that is known for it. */
export const movie = ({ brand = 'qt  ', isWiped = false, notes = 'meta' }: WantedMovie = {}): Buffer => {
  const { picture, note, all } = movieData(isWiped);
  const left = (whole: Buffer, headBytes?: number) => (isWiped ? freed(whole, headBytes) : whole);
  const ftyp = box('ftyp', latin1(brand), u32(0), latin1(brand));
  const start = ftyp.length + 8;
  const second = start + picture.length + 2 * note.length;
  const video = { chunks: [start, second].map((offset) => ({ offset, sizes: [picture.length] })) };
  const noted = {
    chunks: [
      { offset: start + picture.length, sizes: [note.length, note.length] },
      { offset: second + picture.length, sizes: [note.length] },
    ],
  };
  return Buffer.concat([
    ftyp,
    box('mdat', all),
    box(
      'moov',
      fullBox('mvhd', 0, Buffer.alloc(96, 1)),
      track('vide', video, left(userData), left(appleMeta), spherical, left(xmpBox)),
      left(track(notes, noted)),
      left(userData),
      left(appleMeta),
      left(xmpBox),
    ),
    left(longBox('uuid', Buffer.concat([xmpId, latin1(location)])), 16),
    left(appleMeta),
    left(box('sefd', latin1(location))),
  ]);
};

/** A picture of which Exif is in `mdat` and XMP in `idat`. */
export const heic = ({ isWiped = false } = {}): Buffer => {
  const exif = Buffer.concat([u32(0), latin1('MM\0*'), latin1(location)]);
  const xmp = latin1(`<x:xmpmeta>${location}</x:xmpmeta>`);
  const left = (bytes: Buffer) => (isWiped ? Buffer.alloc(bytes.length) : bytes);
  const picture = Buffer.alloc(200, 0x55);
  const ftyp = box('ftyp', latin1('heic'), u32(0), latin1('mif1'));
  const item = (id: number, type: string, more = '') =>
    fullBox('infe', 2, u16(id), u16(0), latin1(type), latin1(`\0${more}`));
  const metaOf = (dataAt: number): Buffer => {
    const iloc = fullBox(
      ...(['iloc', 1, Buffer.from([0x44, 0x40]), u16(3)] as const),
      ...[u16(1), u16(0), u16(0), u32(dataAt), u16(1), u32(0), u32(picture.length)],
      ...[u16(2), u16(0), u16(0), u32(dataAt), u16(2), u32(picture.length), u32(10)],
      ...[u32(picture.length + 10), u32(exif.length - 10)],
      ...[u16(3), u16(1), u16(0), u32(0), u16(1), u32(4), u32(xmp.length)],
    );
    const items = [item(1, 'hvc1'), item(2, 'Exif'), item(3, 'mime', 'application/rdf+xml\0')];
    const iprp = box('iprp', box('ipco', box('irot', Buffer.from([1]))));
    return fullBox(
      ...(['meta', 0, handler('pict'), fullBox('pitm', 0, u16(1))] as const),
      ...[fullBox('iinf', 0, u16(3), ...items), iloc, iprp],
      box('idat', u32(0x12345678), left(xmp)),
    );
  };
  const dataAt = ftyp.length + metaOf(0).length + 8;
  return Buffer.concat([ftyp, metaOf(dataAt), box('mdat', picture, left(exif))]);
};

/** EBML with all sizes in eight bytes. */
export const ebml = (id: string, ...contents: Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([1, 0, 0, 0]), u32(content.length), content]);
};

const unknownSize = Buffer.from('01ffffffffffffff', 'hex');

/** A recording, live or not, with tags before and after what was recorded. */
export const webm = ({ isWiped = false, isLive = false } = {}): Buffer => {
  const tags = (text: string) => {
    const whole = ebml('1254c367', ebml('7373', ebml('67c8', ebml('4487', latin1(text)))));
    if (!isWiped) return whole;
    const left = Buffer.alloc(whole.length);
    if (whole.length < 128)
      return Buffer.concat([Buffer.from([0xec, 0x80 | (whole.length - 2)]), left.subarray(2)]);
    return Buffer.concat([Buffer.from([0xec, 1, 0, 0, 0]), u32(whole.length - 9), left.subarray(9)]);
  };
  const block = ebml('a3', Buffer.alloc(50, 0x33));
  const cluster = isLive ? [Buffer.from('1f43b675', 'hex'), unknownSize, block] : [ebml('1f43b675', block)];
  const inside = [
    ebml('1549a966', latin1('info')),
    tags(location),
    ...cluster,
    ...cluster,
    tags(location.repeat(10)),
  ];
  const segment = isLive
    ? [Buffer.from('18538067', 'hex'), unknownSize, ...inside]
    : [ebml('18538067', ...inside)];
  return Buffer.concat([ebml('1a45dfa3', ebml('4282', latin1('webm'))), ...segment]);
};
