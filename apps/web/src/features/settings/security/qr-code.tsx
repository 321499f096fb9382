import { encode } from "uqr";
import styles from "./security-section.module.css";

/** A text as a QR code for a phone's camera. Whoever can't scan it needs the text beside it. */
export function QrCode({ text }: { text: string }) {
  // The border of light modules lets scanners find the code on any ground.
  const { data, size } = encode(text, { border: 4 });
  const modules = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label="QR code for the authenticator app"
    >
      <path d={modules.join("")} fill="currentColor" />
    </svg>
  );
}
