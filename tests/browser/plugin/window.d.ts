// The globals on the window of the test pages.

interface Window {
  /** The shop's own calls, as `docs/plugin.md` describes them. */
  playitgreen: {
    push(found: unknown): void;
    sale(sale: unknown): void;
    check(): Promise<{ what: string; works: boolean; advice: string }[]>;
  };
  dataLayer: unknown[];
  agree(): void;
  reportShift(value: number): void;
  worker: Worker;
}
