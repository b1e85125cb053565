import type { Report, Stage } from '../../api/drill-types';
import { bars, curveInWords, type LinkLag, segments, seconds } from './report';
import own from './report.module.css';

const WIDTH = 800;
const HALF = 60;

/** Answers over the drill: those that came stand above the line, those that failed hang below it. */
export function AnswersChart({ report: { curve, secondsPerPoint = 1, seconds: length } }: { report: Report }) {
  const said = curveInWords(curve, secondsPerPoint);
  return (
    <figure className={own.figure}>
      <svg className={own.answers} viewBox={`0 0 ${WIDTH} ${2 * HALF}`} preserveAspectRatio="none" role="img" aria-label={said}>
        {bars(curve, secondsPerPoint, length).map(({ x, width, ok, failed }) => (
          <g key={x}>
            <rect className={own.ok} x={x * WIDTH} y={HALF - ok * HALF} width={width * WIDTH} height={ok * HALF} />
            <rect className={own.failed} x={x * WIDTH} y={HALF} width={width * WIDTH} height={failed * HALF} />
          </g>
        ))}
        <line className={own.ground} x1="0" x2={WIDTH} y1={HALF} y2={HALF} />
      </svg>
      <figcaption className={own.small}>
        {said}. Above the line: answered; below it: failed. From the beginning to {seconds(length)}
        {secondsPerPoint > 1 ? `, ${secondsPerPoint} s to a bar` : ''}.
      </figcaption>
    </figure>
  );
}

const LAG_WIDTH = 160;
const LAG_HEIGHT = 32;
const MARGIN = 2;

export function LagChart({ link, length }: { link: LinkLag; length: number }) {
  const path = segments(link, length)
    .map((points) => points.map(({ x, y }, place) => `${place === 0 ? 'M' : 'L'}${(x * LAG_WIDTH).toFixed(1)} ${(LAG_HEIGHT - MARGIN - y * (LAG_HEIGHT - 2 * MARGIN)).toFixed(1)}`).join('') + (points.length === 1 ? 'h0.1' : ''))
    .join('');
  return (
    <svg className={own.lag} viewBox={`0 0 ${LAG_WIDTH} ${LAG_HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Lag of ${link.link} over the drill`}>
      <path className={own.line} d={path} />
    </svg>
  );
}

/** When a stage was, within the whole drill. */
export function StageBar({ stage: { name, fromSecond, seconds: took }, length }: { stage: Stage; length: number }) {
  if (fromSecond === null || took === null) return null;
  const whole = Math.max(length, 1);
  return (
    <svg className={own.stage} viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={`${name}: from ${seconds(fromSecond)} to ${seconds(fromSecond + took)}`}>
      <rect className={own.bar} x={(fromSecond / whole) * 100} y="0" width={Math.max(0.5, (took / whole) * 100)} height="8" />
    </svg>
  );
}
