/**
 * The extension's storage areas. The background keeps a copy of each in memory, because a report needs some twenty
 * values, and each would be a call to the browser. Popup and options read what they need, once.
 */
import type { Storage } from 'webextension-polyfill';
import { isSameJson } from '../../../src/lib/json.ts';
import { browser } from '../browser.ts';

/** Values by their keys. All who read them share them, so nobody may change them. */
type Items = Readonly<Record<string, unknown>>;

export class StoredArea {
  readonly #name: 'local' | 'session' | 'managed';
  #keepsCopy = false;
  #copy: Items | undefined;
  #reading: Promise<Items> | undefined;

  constructor(name: 'local' | 'session' | 'managed') {
    this.#name = name;
  }

  /** Keeps a copy from now on. `follow` must then be told of every change that anybody else makes to this area. */
  keepCopy(): void {
    this.#keepsCopy = true;
  }

  /** Gives everything that is stored. */
  async read(): Promise<Items> {
    if (!this.#keepsCopy) return this.#area.get();
    if (this.#copy) return this.#copy;
    const reading = (this.#reading ??= this.#area.get());
    try {
      const items = await reading;
      // If somebody has changed the area meanwhile, this may be how it was before.
      if (this.#reading === reading) this.#copy = items;
      return this.#copy ?? items;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  /** Gives the value of a key; undefined without one. */
  async value(key: string): Promise<unknown> {
    return (this.#keepsCopy ? await this.read() : await this.#area.get(key))[key];
  }

  /** Rejects if the storage is full. */
  async set(items: Items): Promise<void> {
    if (this.#keepsCopy && !this.#copy) await this.read();
    await this.#write(
      (copy) => ({ ...copy, ...items }),
      () => this.#area.set(items),
    );
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (this.#keepsCopy && !this.#copy) await this.read();
    if (this.#copy && !keys.some((key) => key in this.#copy!)) return;
    await this.#write(
      (copy) => Object.fromEntries(Object.entries(copy).filter(([key]) => !keys.includes(key))),
      () => this.#area.remove([...keys]),
    );
  }

  /** Takes changes as the browser reports them. It also reports our own, which the copy has already. */
  follow(changes: Readonly<Record<string, Storage.StorageChange>>): void {
    const copy = this.#copy;
    if (copy && Object.entries(changes).every(([key, { newValue }]) => isSameJson(copy[key], newValue))) return;
    this.#drop();
  }

  /** Changes the copy, then the browser's area. If that fails, nobody knows what it contains. */
  async #write(change: (copy: Items) => Items, write: () => Promise<void>): Promise<void> {
    if (this.#copy) this.#copy = change(this.#copy);
    else this.#drop();
    try {
      await write();
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  /** Also what is being read now may be out of date. */
  #drop(): void {
    this.#copy = undefined;
    this.#reading = undefined;
  }

  get #area(): Storage.StorageArea {
    return browser.storage[this.#name];
  }
}

/** On the disk: settings, and the sessions of ordinary windows. */
export const onDisk = new StoredArea('local');
/** In memory, until the browser ends. Only the background stores anything there. */
export const inMemory = new StoredArea('session');
/** What the administrator has set. Without a policy Chrome gives an empty object and Firefox rejects. */
export const byPolicy = new StoredArea('managed');
