const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):?(\d\d)?)$/i;
const DURATION =
  /^P(?=.)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$/;
const UUID = /^(?:urn:uuid:)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const URI = /^[a-z][a-z\d+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\da-f]{2})+$/i;
const EMAIL = /^[^\s@"(),:;<>[\\\]]+@[a-z\d-]+(?:\.[a-z\d-]+)*$/i;
const HOSTNAME =
  /^(?=.{1,253}\.?$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*\.?$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Whether the day exists in the calendar. */
function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  // Day 0 of the next month is the last day of this one.
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
}

function isTime(text: string): boolean {
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

function isDateTime(text: string): boolean {
  if (PLAIN.test(text)) return true;
  const at = text.search(/[t ]/i);
  return at > 0 && isDate(text.slice(0, at)) && isTime(text.slice(at + 1));
}

/** The formats that are looked at, by name. Any text fits a format that is not among them. */
export const formats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["date", isDate],
  ["time", isTime],
  ["date-time", isDateTime],
  ["duration", (text: string) => DURATION.test(text)],
  ["uuid", (text: string) => UUID.test(text)],
  ["uri", (text: string) => URI.test(text)],
  ["email", (text: string) => EMAIL.test(text)],
  ["hostname", (text: string) => HOSTNAME.test(text)],
  ["ipv4", (text: string) => IPV4.test(text)],
]);
