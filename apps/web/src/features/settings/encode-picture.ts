import { AVATAR_MAX_BYTES, AVATAR_SIZE_PX } from "@cruddur/contract/limits";

/** Qualities of JPEG, the best first. The first one whose result is small enough is used. */
const QUALITIES = [0.9, 0.8, 0.65, 0.5, 0.3];

/**
 * Encodes the middle of an image file as a square JPEG, in base64. Nothing else of the file is kept, such
 * as the place where the picture was taken. Rejects when the browser cannot show the file as an image.
 */
export async function encodePicture(file: Blob): Promise<string> {
  const image = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = AVATAR_SIZE_PX;
  canvas.height = AVATAR_SIZE_PX;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser can't draw.");
  // A JPEG has no transparency.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, AVATAR_SIZE_PX, AVATAR_SIZE_PX);
  context.imageSmoothingQuality = "high";
  const side = Math.min(image.width, image.height);
  const [left, top] = [(image.width - side) / 2, (image.height - side) / 2];
  context.drawImage(image, left, top, side, side, 0, 0, AVATAR_SIZE_PX, AVATAR_SIZE_PX);
  image.close();
  for (const quality of QUALITIES) {
    const base64 = canvas.toDataURL("image/jpeg", quality).split(",")[1] ?? "";
    if (base64.length * 0.75 <= AVATAR_MAX_BYTES) return base64;
  }
  throw new Error("The picture has too many details.");
}
