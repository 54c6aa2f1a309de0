// Hands photos to the component of their name: they come with a message of their own, so that the
// thousands of points or photos that it has need not be sent again with each of them.
export default function (component) {
  if (component.data) {
    window.dispatchEvent(new CustomEvent("pawtune-photos", { detail: component.data }));
  }
}
