importScripts("https://cdn.onesignal.com/sdks/OneSignalSDKWorker.js");
