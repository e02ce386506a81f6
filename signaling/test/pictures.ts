import sharp from 'sharp';

/** Where nobody should learn that somebody was. */
export const secretPlace = 'Nizhny Novgorod';

const exif = {
  IFD0: { Copyright: secretPlace, Make: 'Camera of somebody' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '56/1 19/1 0/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '44/1 0/1 0/1',
  },
};

const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="${secretPlace}"/></rdf:RDF></x:xmpmeta>`;

interface Wanted {
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff';
  width?: number;
  height?: number;
  /** As Exif tells it: 6 is a picture that lies on its side. */
  orientation?: number;
}

/** A picture as a phone takes it: it tells where. The left half is red, the right one blue. */
export const takePicture = async ({
  format,
  width = 600,
  height = 400,
  orientation,
}: Wanted): Promise<Buffer> => {
  const half = await sharp({ create: { width: width / 2, height, channels: 3, background: '#2030f0' } })
    .png()
    .toBuffer();
  const image = sharp({ create: { width, height, channels: 3, background: '#f02020' } })
    .composite([{ input: half, left: width / 2, top: 0 }])
    .withExif(exif)
    .withXmp(xmp);
  // Setting an orientation alone would drop the rest.
  if (orientation !== undefined) image.withMetadata({ orientation });
  if (orientation !== undefined)
    image.withExif({ ...exif, IFD0: { ...exif.IFD0, Orientation: String(orientation) } });
  return image.toFormat(format).toBuffer();
};
