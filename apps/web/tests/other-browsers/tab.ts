export type Key = "Enter" | "Home" | "End";

/** One tab of a browser of its own: it shares no cookie and no storage with another one. */
export interface Tab {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function in the page and waits for its promise. It and its result are sent as text, so it can use nothing around it. */
  evaluate<A extends (string | number)[], T>(
    run: (...args: A) => T,
    ...args: A
  ): Promise<Awaited<T>>;
  /** Clicks the middle of the first element that matches, as a mouse does. */
  click(selector: string): Promise<void>;
  /** Types into the element that has the focus. */
  type(text: string): Promise<void>;
  press(key: Key): Promise<void>;
  /** Sets the size of the window in px. WebKit's windows have a least width of about 450 px. */
  resize(size: { width: number; height: number }): Promise<void>;
  /** @returns a PNG of what the window shows */
  screenshot(): Promise<Buffer>;
}

export interface OtherBrowser {
  name: string;
  /** What to install where the browser is missing. */
  packages: string;
  isInstalled(): boolean;
  /** Starts what the tabs share. */
  start(): Promise<RunningBrowser>;
}

export interface RunningBrowser {
  open(): Promise<Tab>;
  stop(): Promise<void>;
}
