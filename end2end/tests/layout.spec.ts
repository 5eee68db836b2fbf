import { type Page } from '@playwright/test';
import { ADDRESSES, SIGNED_OUT } from '../support/routes';
import { expect, gotoReady, test } from '../support/test';

test.use({ serverArgs: ['--components'] });

/** From a small phone to a wide screen. 320 by 256 is what 400 % leaves of 1280 by 1024 (WCAG 2.2, 1.4.10). */
const SCREENS = [
  [320, 256],
  [390, 844],
  [768, 1024],
  [1024, 768],
  [1280, 800],
  [1920, 1080],
  [2560, 1440],
] as const;

/** What does not hold: the page pushed sideways, text that is cut off or beyond the edge, controls that lie on each other. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found: string[] = [];
    const name = (element: Element) => {
      const text = element.textContent?.trim().slice(0, 30) || element.getAttribute('aria-label') || element.getAttribute('name');
      return `<${element.localName} class="${element.className}"> ${text}`;
    };
    if (root.scrollWidth > root.clientWidth) found.push(`sideways by ${root.scrollWidth - root.clientWidth} px`);

    const scrolls = (element: Element) => {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(above).overflowX) && above.scrollWidth > above.clientWidth) return true;
      }
      return false;
    };
    /** Ends in dots at the edge of what it stands in. */
    const isShortened = (element: Element) => {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(above);
        if (overflowX === 'hidden' && textOverflow === 'ellipsis') return above.getBoundingClientRect().right <= innerWidth;
      }
      return false;
    };
    /** For those who hear the page. */
    const isClipped = (element: Element) => {
      for (let above: Element | null = element; above; above = above.parentElement) {
        if (getComputedStyle(above).clipPath === 'inset(50%)') return true;
      }
      return false;
    };
    const isSeen = (element: Element) => {
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true }) && !isClipped(element);
    };
    const hasText = (element: Element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());

    for (const element of document.body.querySelectorAll('*')) {
      if (!isSeen(element)) continue;
      const { left, right } = element.getBoundingClientRect();
      if (hasText(element) && (right > innerWidth + 1 || left < -1) && !scrolls(element) && !isShortened(element)) found.push(`beyond the edge: ${name(element)}`);
      const style = getComputedStyle(element);
      const isCut = style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== 'ellipsis';
      if (isCut || (style.overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 2 && hasText(element))) {
        found.push(`cut off: ${name(element)}`);
      }
    }

    /** Bars that stay in the window lie over what is scrolled, and only over that. */
    const layer = (element: Element) => {
      for (let above: Element | null = element; above; above = above.parentElement) {
        if (/fixed|sticky/.test(getComputedStyle(above).position)) return above;
      }
      return undefined;
    };
    const controls = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(isSeen);
    const placed = controls.map((element) => ({ element, boxes: [...element.getClientRects()], layer: layer(element) }));
    const meet = (one: DOMRect, other: DOMRect) =>
      Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2;
    placed.forEach((one, index) => {
      for (const other of placed.slice(index + 1)) {
        const isInField = one.element.matches('input') && other.element.matches('.input-action');
        const lie = one.boxes.some((box) => other.boxes.some((below) => meet(box, below)));
        if (lie && one.layer === other.layer && !isInField && !scrolls(one.element)) {
          found.push(`${name(one.element)} lies on ${name(other.element)}`);
        }
      }
    });
    return [...new Set(found)];
  });
}

test('every page holds from a small phone to a wide screen, and at 400 %', async ({ acme, page }) => {
  test.setTimeout(300_000);
  const long = 'a-name-of-sixty-four-letters-the-longest-that-a-secret-may-have-x';
  const { id } = await acme.ask('/secrets', {
    environment: 'dev',
    name: long.slice(0, 64),
    values: { [`A_KEY_${'THAT_IS_LONG_'.repeat(15)}`]: { value: 'x'.repeat(2_000), kind: 'plain' }, B: 'hidden' },
    tags: Array.from({ length: 20 }, (_, n) => `a-tag-with-many-letters-${n}`),
    note: 'Supercalifragilisticexpialidocious'.repeat(14),
  });
  const made = acme.made;
  const paths = Object.values(ADDRESSES).flatMap((addresses) => addresses(made));
  const ofLong = [`/secrets/${id}`, `/secrets/${id}/edit`, `/secrets/${id}/history`, `/secrets/${id}/rotate`];
  const look = async (path: string) => {
    await gotoReady(page, acme.url + path);
    await page.evaluate(() => document.fonts.ready);
    for (const [width, height] of SCREENS) {
      await page.setViewportSize({ width, height });
      expect.soft(await faults(page), `${path} at ${width} px`).toEqual([]);
    }
  };
  for (const path of [...paths, ...ofLong]) await look(path);
  await page.context().clearCookies();
  for (const path of SIGNED_OUT) await look(path);
});

/** Pages that scripts take over: they have what they need from the start. */
const TAKEN_OVER = ['/secrets', '/secrets/new', '/secrets/new/:template', '/secrets/:id', '/secrets/:id/edit'];

test('nothing moves when scripts take a page over', async ({ acme, page }) => {
  await page.addInitScript(() => {
    const moved: [number, string][] = [];
    Object.assign(globalThis, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Element }[] })[]) {
        moved.push([entry.value, entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)).join(' | ')]);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const [width, height] of [[390, 844], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    for (const path of TAKEN_OVER.flatMap((route) => ADDRESSES[route](acme.made))) {
      await gotoReady(page, acme.url + path);
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const moved = await page.evaluate(() => (globalThis as unknown as { moved: [number, string][] }).moved);
      const shift = moved.reduce((sum, [value]) => sum + value, 0);
      expect.soft(shift, `${path} at ${width} px: ${JSON.stringify(moved)}`).toBeLessThan(0.02);
    }
  }
});

test('bars leave room for the page at 400 %', async ({ acme, page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  for (const path of ['/secrets', `/secrets/${acme.made.secret}/edit`, '/compare?left=dev&right=prod']) {
    await gotoReady(page, acme.url + path);
    const covered = await page.evaluate(() => {
      const bars = [...document.querySelectorAll('body *')].filter((element) => /fixed|sticky/.test(getComputedStyle(element).position));
      const heights = bars.filter((bar) => bar.getBoundingClientRect().width > innerWidth / 2).map((bar) => bar.getBoundingClientRect().height);
      return heights.reduce((sum, height) => sum + height, 0) / innerHeight;
    });
    expect(covered, path).toBeLessThan(0.4);
  }
});
