const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i;
// RFC 3339 lets nothing in between be left out, and has fractions nowhere.
const DATE_PART = String.raw`(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)`;
const TIME_PART = String.raw`T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)`;
const DURATION = new RegExp(`^P(?:\\d+W|${DATE_PART}(?:${TIME_PART})?|${TIME_PART})$`);

/** Whether the day exists in the calendar. */
export function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  // Day 0 of the next month is the last day of this one.
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
}

export function isTime(text: string): boolean {
  const [, hour, minute, second, sign, offsetHours, offsetMinutes] = TIME.exec(text) ?? [];
  if (hour === undefined) return false;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  const [oh, om] = [Number(offsetHours ?? 0), Number(offsetMinutes ?? 0)];
  if (h > 23 || m > 59 || oh > 23 || om > 59) return false;
  if (s < 60) return true;
  // A leap second is the last one of a day in UTC.
  const utc = h * 60 + m - (sign === "-" ? -1 : 1) * (oh * 60 + om);
  return s === 60 && (utc + 1440) % 1440 === 23 * 60 + 59;
}

/** What nearly every instant in a message looks like, and certainly is one. */
const PLAIN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;

export function isDateTime(text: string): boolean {
  if (PLAIN.test(text)) return true;
  const at = text.search(/[t ]/i);
  return at > 0 && isDate(text.slice(0, at)) && isTime(text.slice(at + 1));
}

export function isDuration(text: string): boolean {
  return DURATION.test(text);
}
