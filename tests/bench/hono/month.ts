// Calendar months in a merchant's time zone.

export interface Period {
  label: string;
  startsAt: number;
  endsAt: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Returns the month for a new purchase order: that of `now`, or the one after the latest purchase
 * order.
 */
export function periodAfter(latestEndsAt: number | null, now: number, zone: string): Period {
  const instant = Math.max(latestEndsAt ?? now, now);
  const local = new Date(instant + offset(instant, zone));
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  return {
    label: local.toISOString().slice(0, 7),
    startsAt: startOfMonth(year, month, zone),
    endsAt: startOfMonth(year, month + 1, zone),
  };
}

function startOfMonth(year: number, month: number, zone: string): number {
  const midnight = Date.UTC(year, month);
  const guess = midnight - offset(midnight, zone);
  return midnight - offset(guess, zone);
}

/** Returns the milliseconds that the zone is ahead of UTC at this instant. */
function offset(instant: number, zone: string): number {
  if (zone === "UTC") return 0;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    });
    formats.set(zone, format);
  }
  const local = Date.parse(`${format.format(instant).replace(" ", "T")}Z`);
  return local - Math.floor(instant / 1000) * 1000;
}
