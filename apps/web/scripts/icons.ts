import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@cruddur/engines/chromium";

const PUBLIC = fileURLToPath(new URL("../public", import.meta.url));

interface Icon {
  name: string;
  sizePixels: number;
  background: string;
  /** How much of the width the picture takes. */
  scale: number;
}

/**
 * A mask of the device may cut off all that is outside the middle 80 %, and where it cuts, colour
 * must reach the edge. iOS shows transparent parts black.
 */
const ICONS: readonly Icon[] = [
  { name: "icon-192", sizePixels: 192, background: "transparent", scale: 1 },
  { name: "icon-512", sizePixels: 512, background: "transparent", scale: 1 },
  { name: "maskable-512", sizePixels: 512, background: "#ffffff", scale: 0.6 },
  { name: "apple-touch-180", sizePixels: 180, background: "#ffffff", scale: 0.75 },
  { name: "notification-96", sizePixels: 96, background: "transparent", scale: 1 },
];

/** Draws the icons of the installed app from `favicon.svg`. */
const svg = await readFile(`${PUBLIC}/favicon.svg`, "utf8");
await mkdir(`${PUBLIC}/icons`, { recursive: true });
const browser = await launchChromium();
try {
  for (const { name, sizePixels, background, scale } of ICONS) {
    const viewport = { width: sizePixels, height: sizePixels };
    const page = await browser.newPage({ viewport });
    const inner = Math.round(sizePixels * scale);
    await page.setContent(
      `<body style="margin:0;height:${sizePixels}px;display:grid;place-items:center;background:${background}">` +
        `<div style="width:${inner}px;height:${inner}px">${svg}</div></body>`,
    );
    const picture = await page.screenshot({ omitBackground: background === "transparent" });
    await writeFile(`${PUBLIC}/icons/${name}.png`, picture);
    await page.close();
  }
} finally {
  await browser.close();
}
