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
      .then((cache) => Promise.all(FILES.map((name) => keep(cache, new URL(name, scope)))))
      .then(() => self.skipWaiting())
      .catch(async (error) => {
        await caches.delete(ours + VERSION) // all of it, or nothing
        throw error
      }),
  )
})

// Some hosts send whoever asks for index.html elsewhere, and with such an answer browsers open no
// page: what is kept says no more of it.
async function keep(cache, address) {
  const answer = await fetch(new Request(address, { cache: "no-cache" }))
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  await cache.put(address, new Response(answer.body, { headers: answer.headers }))
}

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
