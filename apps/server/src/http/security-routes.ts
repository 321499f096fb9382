import { Hono } from "hono";
import { z } from "zod";
import type { Limits } from "../limits/limits.ts";
import type { AppEnv } from "./request-scope.ts";
import { CSP_REPORTS_PATH, REPORTED_DIRECTIVES } from "./security-headers.ts";

const DAY_MS = 24 * 3600 * 1000;
/** RFC 9116 recommends less than a year. */
const SECURITY_TXT_DAYS = 180;
const MAX_REPORTS = 20;

export interface SecurityRoutesOptions {
  /** Where to report a vulnerability: a `mailto:` or `https:` address. Without one: 404. */
  contact: string | undefined;
  webOrigin: string;
  limits: Pick<Limits, "consume">;
  /** Counts a violation of the content security policy. */
  onViolation: (directive: string) => void;
}

/** The two forms in which browsers report: `report-uri` and the Reporting API. */
const reportsSchema = z.union([
  z
    .object({ "csp-report": z.object({ "effective-directive": z.string() }) })
    .transform((report) => [report["csp-report"]["effective-directive"]]),
  z
    .array(
      z
        .object({ body: z.object({ effectiveDirective: z.string() }) })
        .transform(({ body }) => body.effectiveDirective),
    )
    .max(MAX_REPORTS),
]);

/** Says where to report a vulnerability, and takes browsers' reports of blocked scripts. */
export function createSecurityRoutes(options: SecurityRoutesOptions): Hono<AppEnv> {
  const { contact, webOrigin, limits, onViolation } = options;
  const routes = new Hono<AppEnv>();

  if (contact !== undefined) {
    routes.get("/.well-known/security.txt", (c) => {
      const expires = new Date(Date.now() + SECURITY_TXT_DAYS * DAY_MS).toISOString();
      const canonical = `${webOrigin}/.well-known/security.txt`;
      const lines = [`Contact: ${contact}`, `Expires: ${expires}`, `Canonical: ${canonical}`];
      return c.text(`${lines.join("\n")}\n`, 200, { "cache-control": "public, max-age=86400" });
    });
  }

  routes.post(CSP_REPORTS_PATH, async (c) => {
    await limits.consume("reports", { address: c.env.scope.address });
    const reports = reportsSchema.safeParse(await c.req.json().catch(() => null));
    // Anybody can send a report, so it only counts: addresses and samples in it are not kept.
    for (const directive of reports.data ?? []) {
      onViolation(REPORTED_DIRECTIVES.has(directive) ? directive : "other");
    }
    return c.body(null, 204);
  });

  return routes;
}
