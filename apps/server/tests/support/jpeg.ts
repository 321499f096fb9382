const segment = (marker: number, body: Buffer | number[]) => {
  const bytes = Buffer.from(body);
  const length = bytes.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), bytes]);
};
const sizeOf = (px: number) => [px >> 8, px & 0xff];

/**
 * A file with the structure of a JPEG. Its coded data have no meaning.
 * @param parts.metadata stands in the comment and in the EXIF segment
 * @param parts.after stands after the end of the image
 */
export function makeJpeg(
  parts: {
    width?: number;
    height?: number;
    metadata?: string;
    after?: string;
    padding?: number;
  } = {},
): Buffer {
  const { width = 256, height = 256, metadata = "", after = "", padding = 40 } = parts;
  const scan = Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, ...new Uint8Array(padding)]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from("JFIF\0")),
    segment(0xe1, Buffer.from(`Exif\0\0${metadata}`)),
    segment(0xfe, Buffer.from(metadata)),
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xc0, [8, ...sizeOf(height), ...sizeOf(width), 3, ...new Uint8Array(9)]),
    segment(0xc4, Buffer.alloc(30, 1)),
    segment(0xda, [3, ...new Uint8Array(9)]),
    scan,
    Buffer.from([0xff, 0xd9]),
    Buffer.from(after),
  ]);
}
