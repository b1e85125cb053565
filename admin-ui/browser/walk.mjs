// A browser, and checks that run one after the other in it: what they need, and what they must leave behind (no console error, no foreign host).
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const SLOW = Number(process.env.MERIDIAN_SLOW ?? 1);
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = join(import.meta.dirname, '..', 'node_modules', 'axe-core', 'axe.min.js');
const SHOTS = join(import.meta.dirname, '..', 'target');

export class Walk {
  /** @type {string[]} */
  faults = [];
  /** Console errors that a check causes on purpose (a refused token, an outage). */
  expectFaults = false;

  /** @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page @param {string} origin */
  constructor(browser, page, origin) {
    this.browser = browser;
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && this.fault(`console: ${message.text()}`));
    page.on('pageerror', (error) => this.faults.push(`uncaught: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) this.faults.push(`a request left for ${url.origin}`);
    });
  }

  /** @param {string} origin @param {'light' | 'dark'} colours */
  static async begin(origin, colours = 'light') {
    if (!existsSync(CHROMIUM)) throw new Error(`no browser at ${CHROMIUM}: install one (apt-get install chromium), or name it in CHROMIUM`);
    mkdirSync(SHOTS, { recursive: true });
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args });
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, colorScheme: colours, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000 * SLOW);
    return new Walk(browser, page, origin);
  }

  /** @param {string} text */
  fault(text) {
    if (!this.expectFaults) this.faults.push(text);
  }

  /** @param {string} name @param {() => Promise<void>} check */
  async check(name, check) {
    const began = Date.now();
    try {
      await check();
      if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
      console.log(`ok    ${name} (${Date.now() - began} ms)`);
    } catch (cause) {
      console.error(`FAILED ${name}`);
      await this.shot('failed').catch(() => undefined);
      throw cause;
    }
  }

  /** @param {string} name */
  async shot(name) {
    const before = this.page.viewportSize();
    // The page scrolls inside its own frame, so that a whole picture needs a window as high as the page.
    const height = await this.page.evaluate(() => Math.max(window.innerHeight, (document.querySelector('main')?.scrollHeight ?? 0) + 120));
    if (before) await this.page.setViewportSize({ width: before.width, height });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
    if (before) await this.page.setViewportSize(before);
  }

  /** Nothing on the page that axe calls a violation. Of the map it looks at one row: all are alike, and a thousand cells take it minutes. @param {string} what */
  async accessible(what) {
    await this.page.evaluate(readFileSync(AXE, 'utf8'));
    const run = "axe.run({ include: [['html']], exclude: [['[role=row]:nth-child(n+2) > [role=gridcell]']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })";
    const { violations } = await /** @type {Promise<{violations: {id: string, help: string, nodes: {html: string}[]}[]}>} */ (this.page.evaluate(run));
    for (const { id, help, nodes } of violations) this.faults.push(`${what}: ${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ; ')}`);
    console.log(`      axe: ${what}: ${violations.length} violations`);
  }

  /** In both themes, wide and on a phone: accessible, nothing beside the page, and a picture of it. @param {string} what */
  async everywhere(what) {
    const { page } = this;
    const colours = (/** @type {'light' | 'dark'} */ name) => page.getByRole('button', { name, exact: true }).click();
    for (const [name, width] of /** @type {const} */ ([['wide', 1280], ['phone', 390]])) {
      await page.setViewportSize({ width, height: 900 });
      await until(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `no sideways scrolling of ${what} (${name})`);
      for (const theme of /** @type {const} */ (['light', 'dark'])) {
        await colours(theme);
        await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity).map((each) => each.finished.catch(() => null)))); // colours fade over
        await this.accessible(`${what}, ${name}, ${theme}`);
        await this.shot(`${what}-${name}-${theme}`);
      }
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await colours('light');
  }

  async end() {
    await this.browser.close();
  }
}

/** @param {import('playwright-core').Locator} locator @param {number} [millis] */
export async function visible(locator, millis = 10_000) {
  await locator.first().waitFor({ state: 'visible', timeout: millis * SLOW });
}

/** @param {() => Promise<boolean> | boolean} holds @param {string} what @param {number} [millis] */
export async function until(holds, what, millis = 10_000) {
  const deadline = Date.now() + millis * SLOW;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not in ${(millis * SLOW) / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a page shows, or its address, after an act: it follows a moment later. @param {() => unknown} read @param {unknown} expected @param {string} what @param {number} [millis] */
export async function becomes(read, expected, what, millis = 10_000) {
  const deadline = Date.now() + millis * SLOW;
  let actual = await read();
  while (JSON.stringify(actual) !== JSON.stringify(expected) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    actual = await read();
  }
  same(actual, expected, what);
}

/** @param {unknown} actual @param {unknown} expected @param {string} what */
export function same(actual, expected, what) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}
