// Nothing by itself: tests ask it for `chrome.debugger.getTargets()`, which alone knows both names of a tab.
chrome.runtime.onInstalled.addListener(() => undefined);
