/**
 * The network between a browser and Jira: each request and each response waits until a test delivers it, and may meet
 * a fault.
 */
import { NETWORK_FAULTS, responseOf, type NetworkFault } from './network-faults.ts';

/** What a request is for. */
export type Phase = 'question' | 'upload' | 'commit';

export class SimulatedNetwork {
  readonly #count: (event: string) => void;
  /** Requests and responses that wait to be delivered, the oldest first. */
  readonly #undelivered: (() => void)[] = [];
  fault: NetworkFault | undefined;
  /** The fault of the next request or response alone. */
  nextFault: NetworkFault | undefined;
  isServerSlow = false;

  /** `count` is called with each fault that is met. */
  constructor(count: (event: string) => void) {
    this.#count = count;
  }

  /** Delivers one request or response, by default the oldest. Gives whether there was one. */
  deliver(choice = 0): boolean {
    const [deliver] = this.#undelivered.splice(choice % Math.max(1, this.#undelivered.length), 1);
    deliver?.();
    return deliver !== undefined;
  }

  /**
   * Waits until the request is delivered, and then its response; a fault can replace either. Rejects as `fetch` does,
   * and if the page is gone meanwhile.
   */
  async transmit(
    phase: Phase,
    request: () => Promise<Response>,
    isGone: () => boolean,
    followsRedirects = true,
  ): Promise<Response> {
    await this.#delivery();
    if (isGone()) throw new TypeError('The page is gone.');
    const fault = this.nextFault ?? this.fault;
    this.nextFault = undefined;
    if (fault)
      this.#count(phase === 'question' ? `${fault} at a question` : `${NETWORK_FAULTS[fault]} at the ${phase}`);
    const response = fault ? responseOf(fault, followsRedirects) : await request();
    await this.#delivery();
    if (isGone()) throw new TypeError('The page is gone.');
    if (this.isServerSlow) await new Promise((done) => setTimeout(done, 2_500));
    const isLost = [this.nextFault, this.fault].includes('no network');
    this.nextFault = undefined;
    if (!isLost) return response;
    this.#count(`network lost in the response to the ${phase}`);
    throw new TypeError('The connection was broken.');
  }

  #delivery(): Promise<void> {
    return new Promise((deliver) => this.#undelivered.push(deliver));
  }

  /** The network is back, the user has signed in at the gateway, and the server is quick again. */
  endFaults(): void {
    [this.fault, this.nextFault, this.isServerSlow] = [undefined, undefined, false];
  }
}
