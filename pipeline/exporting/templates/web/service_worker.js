// Keeps the page on the device: after the first visit it opens without a connection.
// Both lines are filled in when the page is made; another content is another version.

const VERSION = ""
const FILES = []

const scope = self.registration.scope
// Pages of one host share its caches: each knows its own by its place.
const ours = `pawtune ${scope} `

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(ours + VERSION)
      .then((cache) => cache.addAll(FILES.map((name) => new Request(new URL(name, scope), { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(ours) && name !== ours + VERSION))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !event.request.url.startsWith(scope)) return
  const asked = new URL(event.request.url)
  const wanted = asked.origin + asked.pathname === scope ? new URL("index.html", scope) : event.request
  event.respondWith(
    caches
      .open(ours + VERSION)
      .then((cache) => cache.match(wanted, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(event.request)),
  )
})
