import { AppError } from "@cruddur/contract/errors";
import { AVATAR_MAX_BYTES, AVATAR_SIZE_PX } from "@cruddur/contract/limits";

/** Markers of a JPEG (ITU T.81, table B.1), each after a byte 0xFF. */
const START = 0xd8;
const END = 0xd9;
const START_OF_SCAN = 0xda;
/** Baseline and progressive frames, the two that every browser shows. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Tables of Huffman codes, of quantisation, and the restart interval. */
const TABLES: ReadonlySet<number> = new Set([0xc4, 0xdb, 0xdd]);
/** Segments of applications, such as EXIF with the place of the camera, and comments. */
const isMetadata = (marker: number) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
const isRestart = (byte: number) => byte >= 0xd0 && byte <= 0xd7;

/**
 * Takes a JPEG apart and puts what its pixels need together again, so that nothing else of the file
 * is kept: no metadata, no comment, nothing after the end. Throws AppError `avatar_invalid` for
 * anything but a JPEG of the size of a picture.
 */
export function cleanJpeg(file: Uint8Array): Buffer {
  if (file.length > AVATAR_MAX_BYTES || file[0] !== 0xff || file[1] !== START) throw invalid();
  const kept = [file.subarray(0, 2)];
  let frames = 0;
  let scans = 0;
  for (let at = 2; ; ) {
    const marker = file[at] === 0xff ? file[at + 1] : undefined;
    if (marker === END) {
      if (frames !== 1 || scans === 0) throw invalid();
      return Buffer.concat([...kept, file.subarray(at, at + 2)]);
    }
    const length = ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0);
    const end = at + 2 + length;
    if (marker === undefined || length < 2 || end > file.length) throw invalid();
    if (FRAMES.has(marker)) {
      requireSize(file.subarray(at + 4, end));
      frames += 1;
    } else if (marker === START_OF_SCAN) {
      scans += 1;
      const next = endOfScan(file, end);
      kept.push(file.subarray(at, next));
      at = next;
      continue;
    } else if (!TABLES.has(marker) && !isMetadata(marker)) throw invalid();
    if (!isMetadata(marker)) kept.push(file.subarray(at, end));
    at = end;
  }
}

/** Where the coded data end: at a marker that is no restart. A 0xFF in the data has a 0 after it. */
function endOfScan(file: Uint8Array, from: number): number {
  for (let at = from; at + 1 < file.length; at += 1) {
    const after = file[at + 1] ?? 0;
    if (file[at] === 0xff && after !== 0 && !isRestart(after)) return at;
  }
  throw invalid();
}

/** @param frame precision, height, width and number of components */
function requireSize(frame: Uint8Array): void {
  const [precision, ...rest] = frame;
  const [height, width] = [rest.slice(0, 2), rest.slice(2, 4)].map(
    ([high = 0, low = 0]) => (high << 8) | low,
  );
  const isGreyOrColour = rest[4] === 1 || rest[4] === 3;
  const isSized = height === AVATAR_SIZE_PX && width === AVATAR_SIZE_PX;
  if (precision !== 8 || !isSized || !isGreyOrColour) throw invalid();
}

const invalid = () => new AppError("avatar_invalid");
