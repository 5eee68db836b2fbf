import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.js';
import type { Options } from './support/test';

const wide = { width: 1280, height: 800 };

export default defineConfig<Options>({
  testDir: './tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
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
  ],
});
