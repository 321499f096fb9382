import { getClient } from "../../lib/trpc.ts";

/**
 * `install_first`: the system sends pushes only to installed apps. `denied`: the person has refused
 * notifications, which they change in the browser. `unavailable`: the server sends none.
 */
export type PushState = "unsupported" | "install_first" | "unavailable" | "denied" | "off" | "on";

/** Whose pushes this browser receives: the next person must not take them over without asking. */
const OWNER_KEY = "cruddur-push-owner";

export async function readPushState(user_uuid: string): Promise<PushState> {
  if (needsInstall()) return "install_first";
  const registration = await registrationOf();
  if (registration === null) return "unsupported";
  const { public_key } = await getClient().push.key.query();
  if (public_key === null) return "unavailable";
  if (Notification.permission === "denied") return "denied";
  const subscription = await registration.pushManager.getSubscription();
  return subscription !== null && ownerOf() === user_uuid ? "on" : "off";
}

/** Asks for the permission and subscribes. Call it from a click, as browsers demand. */
export async function turnPushOn(user_uuid: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") {
    return Notification.permission === "denied" ? "denied" : "off";
  }
  localStorage.setItem(OWNER_KEY, user_uuid);
  await subscribe();
  return "on";
}

export async function turnPushOff(): Promise<PushState> {
  localStorage.removeItem(OWNER_KEY);
  const subscription = await (await registrationOf())?.pushManager.getSubscription();
  if (subscription != null) {
    const { endpoint } = subscription;
    await subscription.unsubscribe();
    await getClient().push.unsubscribe.mutate({ endpoint });
  }
  return "off";
}

/**
 * Tells the server after a sign-in that this browser still wants pushes, because a subscription ends
 * with its session. For another person than the one who asked, the browser's subscription ends.
 */
export async function resumePush(user_uuid: string): Promise<void> {
  const registration = await registrationOf();
  if (registration === null || Notification.permission !== "granted") return;
  if (ownerOf() === user_uuid) await subscribe();
  else if (ownerOf() !== null) {
    localStorage.removeItem(OWNER_KEY);
    await (await registration.pushManager.getSubscription())?.unsubscribe();
  }
}

async function subscribe(): Promise<void> {
  const [registration, { public_key }] = await Promise.all([
    navigator.serviceWorker.ready,
    getClient().push.key.query(),
  ]);
  if (public_key === null) return;
  const options = { userVisibleOnly: true, applicationServerKey: public_key };
  const { pushManager } = registration;
  // With another key than before, the browser demands that the old subscription ends first.
  const subscription = await pushManager.subscribe(options).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh = "", auth = "" } = keys ?? {};
  await getClient().push.subscribe.mutate({ endpoint: endpoint ?? "", keys: { p256dh, auth } });
}

/** iOS and iPadOS, where `standalone` tells an installed app from a page of the browser. */
function needsInstall(): boolean {
  const { standalone } = navigator as { standalone?: boolean };
  return standalone === false && !("PushManager" in window);
}

async function registrationOf(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return null;
  return (await navigator.serviceWorker.getRegistration()) ?? null;
}

function ownerOf(): string | null {
  try {
    return localStorage.getItem(OWNER_KEY);
  } catch {
    return null;
  }
}
