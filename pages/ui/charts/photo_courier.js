// Hands photos to the map of their name: they come with a message of their own, so that the
// thousands of points of the map need not be sent again with each of them.
export default function (component) {
  if (component.data) {
    window.dispatchEvent(new CustomEvent("pawtune-photos", { detail: component.data }));
  }
}
