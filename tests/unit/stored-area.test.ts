/** The copy that the background keeps of what is stored. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { StoredArea } from '../../extension/shared/storage/stored-area.ts';

const browsers = vi.hoisted(() => ({
  items: {} as Record<string, unknown>,
  reads: 0,
  isFull: false,
  /** Runs in the middle of a read, after the browser has made its answer. */
  whileReading: async (): Promise<void> => undefined,
}));
vi.mock('../../extension/shared/browser.ts', () => ({
  browser: {
    storage: {
      session: {
        get: async (key?: string) => {
          browsers.reads++;
          const answer = structuredClone(key === undefined ? browsers.items : { [key]: browsers.items[key] });
          await browsers.whileReading();
          return answer;
        },
        set: async (items: object) => {
          if (browsers.isFull) throw new Error('Quota exceeded');
          Object.assign(browsers.items, structuredClone(items));
        },
        remove: async (keys: string[]) => {
          if (browsers.isFull) throw new Error('The disk is full');
          for (const key of keys) delete browsers.items[key];
        },
      },
    },
  },
}));

beforeEach(() => {
  Object.assign(browsers, { items: { a: 1 }, reads: 0, isFull: false, whileReading: async () => undefined });
});

/** Another part of the extension stores a value, and the browser reports that. */
function storeElsewhere(area: StoredArea, key: string, newValue: unknown): void {
  browsers.items[key] = newValue;
  area.follow({ [key]: { newValue } });
}

describe('with a copy', () => {
  let area: StoredArea;

  beforeEach(() => {
    area = new StoredArea('session');
    area.keepCopy();
  });

  test('reads again after the browser has refused, as Firefox does while it knows no policy', async () => {
    browsers.whileReading = async () => Promise.reject(new Error('Managed storage manifest not found'));
    await expect(area.read()).rejects.toThrow('not found');
    browsers.whileReading = async () => undefined;
    expect(await area.read()).toEqual({ a: 1 });
  });

  test('reads the browser’s area once, also if many ask at once', async () => {
    expect(await Promise.all([area.value('a'), area.value('b'), area.read()])).toEqual([1, undefined, { a: 1 }]);
    await area.set({ b: [2] });
    await area.remove(['a']);
    expect([await area.value('a'), await area.value('b')]).toEqual([undefined, [2]]);
    expect([browsers.items, browsers.reads]).toEqual([{ b: [2] }, 1]);
  });

  test('has a value before the browser has stored it', async () => {
    await area.read();
    const stored = area.set({ a: 2 });
    expect(await area.value('a')).toBe(2);
    await stored;
  });

  test('keeps its copy when the browser reports its own changes, whatever the order of the keys', async () => {
    await area.set({ b: { x: 1, y: undefined, z: [1, 2] } });
    area.follow({ b: { newValue: { z: [1, 2], x: 1 } } });
    await area.remove(['a']);
    area.follow({ a: { oldValue: 1 } });
    await area.read();
    expect(browsers.reads).toBe(1);
  });

  test('reads again when another part has changed the area', async () => {
    await area.read();
    storeElsewhere(area, 'a', 2);
    expect(await area.value('a')).toBe(2);
    storeElsewhere(area, 'c', { deep: [{ x: 1 }] });
    expect(await area.value('c')).toEqual({ deep: [{ x: 1 }] });
  });

  test('does not keep what it read while another part changed the area', async () => {
    browsers.whileReading = async () => {
      browsers.whileReading = async () => undefined;
      await Promise.resolve();
      storeElsewhere(area, 'a', 2);
    };
    await area.read();
    expect(await area.value('a')).toBe(2);
  });

  test.each([
    ['stores', (): Promise<void> => area.set({ a: 2 }), 2],
    ['removes', (): Promise<void> => area.remove(['a']), undefined],
  ])('does not keep what it read before it %s a value', async (_what, change, after) => {
    const endings: (() => void)[] = [];
    browsers.whileReading = () => new Promise((done) => endings.push(done));
    const changed = change();
    // What is being read is out of date now, so the change is made without a copy.
    storeElsewhere(area, 'c', 1);
    const read = area.value('a');
    endings[0]!();
    await changed;
    browsers.whileReading = async () => undefined;
    endings[1]!();
    expect(await read).toBe(1);
    expect(await area.value('a')).toBe(after);
  });

  test('is right again after an earlier change of its own is reported late', async () => {
    await area.set({ a: 2 });
    await area.set({ a: 3 });
    area.follow({ a: { newValue: 2 } });
    expect(await area.value('a')).toBe(3);
    area.follow({ a: { newValue: 3 } });
    expect(await area.value('a')).toBe(3);
  });

  test('forgets what the browser could not store', async () => {
    browsers.isFull = true;
    await expect(area.set({ a: 2 })).rejects.toThrow('Quota exceeded');
    expect(await area.value('a')).toBe(1);
  });

  test('still has what the browser could not remove', async () => {
    await area.read();
    browsers.isFull = true;
    await expect(area.remove(['a'])).rejects.toThrow('The disk is full');
    expect(await area.value('a')).toBe(1);
  });

  test('reads again after a read has failed', async () => {
    browsers.whileReading = async () => {
      throw new Error('The browser is closing');
    };
    await expect(area.read()).rejects.toThrow('closing');
    browsers.whileReading = async () => undefined;
    expect(await area.read()).toEqual({ a: 1 });
  });

  test('does not ask the browser to remove what is not there', async () => {
    browsers.items = Object.freeze({ a: 1 });
    await area.remove(['b']);
    expect(await area.read()).toEqual({ a: 1 });
  });
});

test('without a copy, reads the browser’s area each time', async () => {
  const area = new StoredArea('session');
  expect(await area.value('a')).toBe(1);
  browsers.items['a'] = 2;
  expect([await area.value('a'), await area.read()]).toEqual([2, { a: 2 }]);
  expect(browsers.reads).toBe(3);
});
