import { AppError } from "@cruddur/contract/errors";
import { expect, test } from "vitest";
import { makeJpeg } from "../../tests/support/jpeg.ts";
import { cleanJpeg } from "./clean-jpeg.ts";

const SCRIPT = "<script>alert(1)</script>";

test("keeps the image of a file and none of its metadata, nor what comes after its end", () => {
  const hostile = makeJpeg({ metadata: SCRIPT, after: `${SCRIPT}PK\u0003\u0004` });
  const clean = cleanJpeg(hostile);
  expect(clean.toString("latin1")).not.toMatch(/script|Exif|PK/);
  expect(clean.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
  expect(cleanJpeg(clean)).toEqual(clean);
});

test("refuses what is no JPEG of the size of a picture", () => {
  const jpeg = makeJpeg();
  const files: Record<string, Buffer> = {
    "an empty file": Buffer.alloc(0),
    "an SVG": Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`),
    "a PNG": Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"),
    "a GIF that is a script": Buffer.from("GIF89a/*..*/=1;alert(1)"),
    "a page that begins like a JPEG": Buffer.concat([jpeg.subarray(0, 2), Buffer.from(SCRIPT)]),
    "a JPEG of another width": makeJpeg({ width: 4_000 }),
    "a JPEG of no height": makeJpeg({ height: 0 }),
    "too many bytes": makeJpeg({ padding: 60_000 }),
  };
  for (let length = 0; length < jpeg.length; length += 1) {
    files[`the first ${length} bytes`] = jpeg.subarray(0, length);
  }
  for (const [name, file] of Object.entries(files)) {
    expect(() => cleanJpeg(file), name).toThrow(new AppError("avatar_invalid"));
  }
});

test("any byte may be another one without an endless loop, or an error of another kind", () => {
  const jpeg = makeJpeg();
  for (let at = 0; at < jpeg.length; at += 1) {
    for (const value of [0x00, 0x01, 0xd9, 0xff]) {
      const changed = Buffer.from(jpeg);
      changed[at] = value;
      try {
        cleanJpeg(changed);
      } catch (error) {
        expect(error).toEqual(new AppError("avatar_invalid"));
      }
    }
  }
});
