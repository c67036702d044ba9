// Tells every waiting page of this browser that there is a session again, then closes the window it runs in.
const channel = new BroadcastChannel("desk-session");
channel.postMessage("signed-in");
setTimeout(() => window.close(), 300);
