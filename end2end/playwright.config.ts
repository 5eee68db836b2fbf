import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.js';
import { updateSnapshots } from './support/shots';
import type { Options } from './support/test';

const wide = { width: 1280, height: 800 };
/** For shots, which are kept. */
const small = { width: 1024, height: 640 };

export default defineConfig<Options>({
  testDir: './tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  updateSnapshots: updateSnapshots(),
  snapshotPathTemplate: '{testDir}/__shots__/{projectName}/{arg}{ext}',
  expect: { toHaveScreenshot: { animations: 'disabled', caret: 'hide', scale: 'css', maxDiffPixels: 300 } },
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: wide,
    trace: 'retain-on-failure',
    actionTimeout: 15_000,
    launchOptions: chromium,
  },
  projects: [
    { name: 'sqlite', use: { database: 'sqlite' }, grepInvert: /@nojs|@shot/ },
    { name: 'postgres', use: { database: 'postgres' }, grep: /@both/, grepInvert: /@nojs/ },
    { name: 'nojs', use: { database: 'sqlite', javaScriptEnabled: false }, grep: /@nojs/ },
    {
      name: 'mobile',
      use: { database: 'sqlite', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      grep: /@mobile/,
    },
    { name: 'light', use: { database: 'sqlite', viewport: small, colorScheme: 'light' }, grep: /@shot/ },
    { name: 'dark', use: { database: 'sqlite', viewport: small, colorScheme: 'dark' }, grep: /@shot/ },
    {
      name: 'phone',
      use: { database: 'sqlite', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      grep: /@shot/,
    },
  ],
});
