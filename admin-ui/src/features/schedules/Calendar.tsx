import { Button } from '@patternfly/react-core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Schedule } from '../../api/drill-types';
import { useNow } from '../../live/clock';
import { WhyNot } from '../../live/may';
import { hrefOf } from '../../live/view';
import { afterKey, type BlackoutDays, blackedOut, blackoutsOf, type Firing, firingsOf, inMonth, lastTold, monthInWords, monthOf, movedMonths, onDay, todayOf, weeksOf } from './calendar';
import { anchorOf, dateInWords, hereInWords } from './schedule';
import own from './schedules.module.css';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A month of what the API tells is due, and of blackout days. Wide it is a table that the arrow keys walk, on a phone a list. */
export function Calendar({ schedules }: { schedules: Schedule[] }) {
  const today = todayOf(useNow());
  const firings = firingsOf(schedules);
  const blackouts = blackoutsOf(schedules);
  const [cursor, setCursor] = useState(today);
  const month = monthOf(cursor);
  const first = monthOf(today);
  const last = lastTold(today, firings, blackouts);
  const go = (by: number) => setCursor(movedMonths(`${month}-01`, by));
  return (
    <section aria-label="Calendar" className={own.parts}>
      <div className={own.months}>
        <Button variant="secondary" isDisabled={month <= first} aria-describedby={month <= first ? 'calendar-first' : undefined} onClick={() => go(-1)}>
          The month before
        </Button>
        <div role="status" className={own.month}>
          <h3>{monthInWords(month)}</h3>
        </div>
        <Button variant="secondary" isDisabled={month >= last} aria-describedby={month >= last ? 'calendar-last' : undefined} onClick={() => go(1)}>
          The month after
        </Button>
      </div>
      <Month month={month} today={today} cursor={cursor} firings={firings} blackouts={blackouts} onMove={(day) => monthOf(day) >= first && monthOf(day) <= last && setCursor(day)} />
      <MonthList month={month} firings={firings} blackouts={inMonth(month, blackouts)} />
      {month <= first && <WhyNot id="calendar-first" why="What was due before stands with each schedule." />}
      {month >= last && <WhyNot id="calendar-last" why={`Nothing is told of days after ${monthInWords(last)}.`} />}
      <p className={own.small}>
        A day is the day in each schedule’s own time zone, as its blackout days are. The control plane tells the next five times of each schedule that is enabled; it is due after those as well, and that is not drawn.
      </p>
    </section>
  );
}

interface MonthProps {
  month: string;
  today: string;
  /** The day that the keyboard is at. */
  cursor: string;
  firings: Firing[];
  blackouts: BlackoutDays[];
  onMove: (day: string) => void;
}

function Month({ month, today, cursor, firings, blackouts, onMove }: MonthProps) {
  const table = useRef<HTMLTableElement>(null);
  const walking = useRef(false);
  useEffect(() => {
    if (!walking.current) return;
    walking.current = false;
    table.current?.querySelector<HTMLElement>(`[data-day="${cursor}"]`)?.focus();
  }, [cursor]);
  const walk = (event: KeyboardEvent) => {
    const day = event.target instanceof HTMLElement ? event.target.dataset.day : undefined;
    const to = day === undefined ? null : afterKey(event.key, day);
    if (to === null) return;
    event.preventDefault();
    walking.current = true;
    onMove(to);
  };
  return (
    <table ref={table} role="grid" className={own.calendar} aria-label={`What is due in ${monthInWords(month)}`} onKeyDown={walk}>
      <thead>
        <tr>
          {WEEKDAYS.map((name) => (
            <th key={name} scope="col" abbr={name}>
              {name.slice(0, 3)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(month).map((week, place) => (
          <tr key={place}>
            {week.map((day, weekday) =>
              day === null ? (
                <td key={weekday} className={own.outside} />
              ) : (
                <td key={weekday} data-day={day} tabIndex={day === cursor ? 0 : -1} aria-current={day === today ? 'date' : undefined} onFocus={({ target, currentTarget }) => target === currentTarget && onMove(day)}>
                  <Day day={day} today={today} firings={onDay(day, firings)} blackouts={blackedOut(day, blackouts)} />
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({ day, today, firings, blackouts }: { day: string; today: string; firings: Firing[]; blackouts: BlackoutDays[] }) {
  return (
    <>
      <time dateTime={day} className={own.date}>
        {Number(day.slice(8))}
        {day === today && ' today'}
      </time>
      {firings.map((firing) => (
        <div key={firing.schedule + firing.at}>
          <a href={hrefOf('drills', { at: anchorOf(firing.schedule) })} title={`${firing.drill}; ${firing.timeZone}; here ${hereInWords(firing)}`}>
            {firing.time} {firing.schedule}
          </a>
          {firing.blackout !== null && <span className={own.small}> skipped</span>}
        </div>
      ))}
      {blackouts.map(({ schedule }, place) => (
        <div key={place} className={own.small}>
          no {schedule}
        </div>
      ))}
    </>
  );
}

/** The same where seven columns have no room. */
function MonthList({ month, firings, blackouts }: { month: string; firings: Firing[]; blackouts: BlackoutDays[] }) {
  const due = firings.filter(({ day }) => monthOf(day) === month);
  return (
    <div className={own.days}>
      {due.length === 0 && <p>Nothing is told to be due in {monthInWords(month)}.</p>}
      <ul aria-label={`What is due in ${monthInWords(month)}`} className={own.list} hidden={due.length + blackouts.length === 0}>
        {due.map((firing) => (
          <li key={firing.schedule + firing.at}>
            {dateInWords(firing.day)}, {firing.time} {firing.timeZone} (here {hereInWords(firing)}): <a href={hrefOf('drills', { at: anchorOf(firing.schedule) })}>{firing.schedule}</a>, {firing.drill}
            {firing.blackout !== null && ': skipped, a blackout day'}
          </li>
        ))}
        {blackouts.map(({ schedule, first, last }, place) => (
          <li key={place}>
            {first === last ? dateInWords(first) : `${dateInWords(first)} to ${dateInWords(last)}`}: no {schedule}, blackout
          </li>
        ))}
      </ul>
    </div>
  );
}
